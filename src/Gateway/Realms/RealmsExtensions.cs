namespace Gateway.Realms;

internal static class RealmsExtensions
{
    public static WebApplicationBuilder AddRealms(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TokenResolver>();
        return builder;
    }
}

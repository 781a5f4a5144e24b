namespace Gateway.Revocation;

internal static class RevocationExtensions
{
    public static WebApplicationBuilder AddRevocation(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => new RevocationIndex(services.GetRequiredService<RevocationOptions>().ClockSkew));
        return builder;
    }
}

namespace Gateway.Reading;

internal static class ReadingExtensions
{
    public static WebApplicationBuilder AddReading(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IdentityResolver>();
        return builder;
    }
}

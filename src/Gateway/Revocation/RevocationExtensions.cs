using Gateway.Configuration;

namespace Gateway.Revocation;

internal static class RevocationExtensions
{
    public static WebApplicationBuilder AddRevocation(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(services => new RevocationIndex(services.GetRequiredService<RevocationOptions>().ClockSkew));
        builder.Services.AddSingleton<RevocationMetrics>().AddSingleton<RevocationService>();
        return builder;
    }
}

namespace Gateway.Dialects.Ory;

internal static class OryExtensions
{
    /// <summary>Adds nothing for a dialect that is not configured, or is switched off.</summary>
    public static WebApplicationBuilder AddOry(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetSection("Gateway:Dialects:Ory").Get<OryOptions>() is not { Enabled: true } options) return builder;
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<RealmKinds>();
        builder.Services.AddSingleton<OryCredentials>();
        builder.Services.AddSingleton<OryApplication>();
        builder.Services.AddSingleton<OrySessions>();
        builder.Services.AddSingleton<OryAdministration>();
        builder.Services.AddSingleton<Dialect, OryDialect>();
        return builder;
    }
}

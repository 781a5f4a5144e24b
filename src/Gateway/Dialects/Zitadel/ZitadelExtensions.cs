namespace Gateway.Dialects.Zitadel;

internal static class ZitadelExtensions
{
    /// <summary>Adds nothing for a dialect that is not configured, or is switched off.</summary>
    public static WebApplicationBuilder AddZitadel(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetSection("Gateway:Dialects:Zitadel").Get<ZitadelOptions>() is not { Enabled: true } options)
            return builder;
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<ZitadelCaller>();
        builder.Services.AddSingleton<SessionOperations>();
        builder.Services.AddSingleton<Dialect, ZitadelDialect>();
        return builder;
    }
}

namespace Gateway.Dialects.RocketChat;

internal static class RocketChatExtensions
{
    /// <summary>Adds nothing for a dialect that is not configured, or is switched off.</summary>
    public static WebApplicationBuilder AddRocketChat(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetSection("Gateway:Dialects:RocketChat").Get<RocketChatOptions>() is not { Enabled: true } options)
            return builder;
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<CallLimiter>();
        builder.Services.AddSingleton<RocketChatGates>();
        builder.Services.AddSingleton<RocketChatSessions>();
        builder.Services.AddSingleton<Dialect, RocketChatDialect>();
        return builder;
    }
}

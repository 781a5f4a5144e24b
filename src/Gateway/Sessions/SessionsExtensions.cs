namespace Gateway.Sessions;

internal static class SessionsExtensions
{
    public static WebApplicationBuilder AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SessionRegistry>();
        builder.Services.AddHostedService<RegistryWriter>();
        return builder;
    }
}

using Gateway.Hosting;

namespace Gateway.Sessions;

internal static class SessionsExtensions
{
    public static WebApplicationBuilder AddSessions(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<SessionRegistry>().AddHostedService<SessionGauges>();
        builder.Services.AddLoop<RegistryWriter>();
        return builder;
    }
}

using Gateway.Hosting;

namespace Gateway.Logout;

internal static class LogoutExtensions
{
    public static WebApplicationBuilder AddLogout(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<FactRecorder>().AddSingleton<RevocationMetrics>().AddSingleton<RevocationService>()
            .AddSingleton<RevocationRecords>().AddSingleton<FactFeed>().AddSingleton<CutOffSessions>()
            .AddSingleton<RefusedSessions>().AddSingleton<SessionsToEnd>().AddSingleton<FactBudgets>().AddSingleton<MassLogoutBrake>()
            .AddSingleton<Admission>();
        builder.Services.AddLoop<UnknownOutcomes>().AddLoop<RefusedSessionRecorder>();
        return builder;
    }
}

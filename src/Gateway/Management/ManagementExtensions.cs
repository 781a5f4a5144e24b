using Gateway.Dialects;
using Gateway.Http;
using Gateway.Management.Explain;
using Gateway.Management.Page;
using Gateway.Management.SignIn;
using Gateway.TwoFactor;

namespace Gateway.Management;

internal static class ManagementExtensions
{
    public static WebApplicationBuilder AddManagement(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton<ManagementKeys>()
            .AddSingleton<Preview>()
            .AddSingleton<TokenExplainer>()
            .AddSingleton<RequestExplainer>()
            .AddSingleton<SignInProviders>()
            .AddHostedService<FirstKey>()
            .AddSingleton<ConfigurationSummary>()
            .AddHostedService<StartReport>();
        builder.AddManagementDocument();
        return builder;
    }

    /// <summary>Gives everything that comes in through the management listener is answered in this branch, with routes of its
    /// own; nothing of it is reachable through the public listeners, and nothing of theirs here.</summary>
    public static WebApplication UseManagement(this WebApplication app)
    {
        app.MapWhen(ManagementListener.Serves, branch =>
        {
            branch.Use(static (context, next) =>
            {
                context.Response.Headers.CacheControl = "no-store";
                context.Response.Headers.XContentTypeOptions = "nosniff";
                return next(context);
            });
            branch.UseMiddleware<LimitsMiddleware>();
            branch.UseRouting();
            branch.UseMiddleware<ManagementGate>();
            branch.UseManagementProblems();   // inside the gate, which completes what has no body
            branch.UseEndpoints(endpoints =>
            {
                endpoints.MapHealth();
                endpoints.MapMetrics();
                endpoints.MapManagementDocument();
                RouteGroupBuilder v1 = endpoints.MapGroup("/v1");
                v1.MapRevocations();
                v1.MapSessions();
                v1.MapAudit();
                v1.MapNodes();
                v1.MapRealms();
                v1.MapRoutes();
                v1.MapKeys();
                v1.MapRefusals();
                v1.MapEvents();
                v1.MapSignIn();
                v1.MapExplain(app);
                v1.MapTwoFactor();
                endpoints.MapPage();
                endpoints.MapDialectsAdministration();
            });
        });
        return app;
    }
}

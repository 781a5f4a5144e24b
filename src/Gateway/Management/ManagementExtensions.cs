using Gateway.Configuration;
using Gateway.Dialects;
using Gateway.TwoFactor;

namespace Gateway.Management;

internal static class ManagementExtensions
{
    public static WebApplicationBuilder AddManagement(this WebApplicationBuilder builder) => builder;

    /// <summary>Everything that comes in through the management listener is answered in this branch, with routes of its
    /// own; nothing of it is reachable through the public listeners, and nothing of theirs here.</summary>
    public static WebApplication UseManagement(this WebApplication app)
    {
        app.MapWhen(ManagementListener.Serves, branch =>
        {
            branch.UseRouting();
            branch.UseEndpoints(endpoints =>
            {
                endpoints.MapGet("/healthz", () => "ok");
                endpoints.MapGroup("/v1").MapTwoFactor();
                endpoints.MapDialectsAdministration();
            });
        });
        return app;
    }
}

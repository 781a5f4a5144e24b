namespace Gateway.Management;

internal static class ManagementExtensions
{
    public static WebApplicationBuilder AddManagement(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapManagement(this WebApplication app) => app;
}

namespace Gateway.Dialects;

internal static class DialectsExtensions
{
    public static WebApplicationBuilder AddDialects(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapDialects(this WebApplication app) => app;

    /// <summary>What vendors serve on an administration port, on the management listener; the caller has been authenticated.</summary>
    public static IEndpointRouteBuilder MapDialectsAdministration(this IEndpointRouteBuilder management) => management;
}

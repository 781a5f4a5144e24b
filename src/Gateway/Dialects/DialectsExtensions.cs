namespace Gateway.Dialects;

internal static class DialectsExtensions
{
    public static WebApplicationBuilder AddDialects(this WebApplicationBuilder builder) => builder;

    public static WebApplication MapDialects(this WebApplication app) => app;
}

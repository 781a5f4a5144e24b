using Gateway.Dialects.Forwarding;
using Gateway.Dialects.Ory;
using Gateway.Dialects.Zitadel;

namespace Gateway.Dialects;

internal static class DialectsExtensions
{
    public static WebApplicationBuilder AddDialects(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ForwardQueue>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ForwardQueue>());
        builder.Services.AddSingleton<CallerResolver>();
        builder.Services.AddSingleton<SessionEnder>();
        builder.Services.AddSingleton<DialectPaths>();
        builder.Services.AddSingleton<DialectAnswers>();
        builder.Services.AddSingleton<LiveSessions>();
        builder.AddZitadel();
        builder.AddOry();
        return builder;
    }

    public static WebApplication MapDialects(this WebApplication app)
    {
        app.UseMiddleware<DialectMiddleware>();
        return app;
    }

    /// <summary>What vendors serve on an administration port, on the management listener; the caller has been authenticated.</summary>
    public static IEndpointRouteBuilder MapDialectsAdministration(this IEndpointRouteBuilder management)
    {
        DialectAnswers answers = management.ServiceProvider.GetRequiredService<DialectAnswers>();
        foreach (Dialect dialect in management.ServiceProvider.GetServices<Dialect>())
            foreach (DialectRoute route in dialect.Routes.Where(route => route.Management))
                management.MapMethods(route.Template, route.Methods, context =>
                    answers.Answer(new DialectCall(dialect, route, context, context.Request.RouteValues.Values.FirstOrDefault() as string ?? "", static _ => Task.CompletedTask)));
        return management;
    }
}

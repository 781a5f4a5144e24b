using Gateway.Dialects.Forwarding;
using Gateway.Dialects.Ory;
using Gateway.Dialects.RocketChat;
using Gateway.Dialects.Zitadel;
using Gateway.Http;

namespace Gateway.Dialects;

internal static class DialectsExtensions
{
    public static WebApplicationBuilder AddDialects(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ForwardOutbox>();
        builder.Services.AddSingleton<ForwardQueue>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ForwardQueue>());
        builder.Services.AddSingleton<CallerResolver>();
        builder.Services.AddSingleton<SessionEnder>();
        builder.Services.AddSingleton<DialectPaths>();
        builder.Services.AddSingleton<DialectAnswers>();
        builder.Services.AddSingleton<IReservedPaths>(services => services.GetRequiredService<DialectPaths>());
        builder.Services.AddSingleton<IRefusalFormatter, DialectRefusals>();
        builder.Services.AddSingleton<LiveSessions>().AddSingleton<OwnSessions>();
        builder.AddRocketChat();
        builder.AddZitadel();
        builder.AddOry();
        return builder;
    }

    public static WebApplication MapDialects(this WebApplication app)
    {
        app.UseMiddleware<DialectMiddleware>();
        return app;
    }

    /// <summary>
    /// Tells what vendors serve on an administration port, on the management listener; the caller has been authenticated.
    /// </summary>
    public static IEndpointRouteBuilder MapDialectsAdministration(this IEndpointRouteBuilder management)
    {
        DialectAnswers answers = management.ServiceProvider.GetRequiredService<DialectAnswers>();
        foreach (Dialect dialect in management.ServiceProvider.GetServices<Dialect>())
            foreach (DialectRoute route in dialect.Routes.Where(route => route.Management))
            {
                DialectEndpoint endpoint = new(dialect, route);
                management.MapMethods(route.Template, route.Methods, context => answers.AnswerAsync(endpoint.Call(context)))
                    .WithMetadata(endpoint);
            }
        return management;
    }
}

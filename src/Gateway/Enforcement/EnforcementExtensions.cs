using Gateway.Cluster;
using Gateway.Credentials;
using Gateway.Enforcement.Endings;
using Gateway.Enforcement.Messages;
using Gateway.Hosting;
using Gateway.Http;
using Gateway.Observability;
using Gateway.Realms;

namespace Gateway.Enforcement;

internal static class EnforcementExtensions
{
    private static readonly Refusal NoRoute = new(StatusCodes.Status404NotFound, "There is nothing at this address.");

    public static WebApplicationBuilder AddEnforcement(this WebApplicationBuilder builder, ObservabilityOptions observability,
        CorsPoliciesOptions cors)
    {
        builder.Services.AddSingleton<EnforcementMetrics>();
        builder.Services.AddSingleton<LiveConnections>().AddHostedService<EnforcementGauges>();
        builder.Services.AddSingleton<IStaleServing, StaleServing>();
        builder.Services.AddSingleton<SessionGate>()
            .AddSingleton<IRevocationEnforcer>(services => services.GetRequiredService<SessionGate>());
        builder.Services.AddSingleton<GatedCalls>();
        builder.Services.AddSingleton<MessageSignIns>().AddSingleton<ExchangeServices>();
        builder.Services.AddSingleton<ForwardingFailures>();
        builder.Services.AddLoop<Ender>();
        builder.Services.AddLoop<LeaseWatch>();
        builder.Services.AddLoop<Drain>();
        IReverseProxyBuilder proxy = builder.Services.AddProxy(builder.Configuration, cors);
        HeaderEncoding encoding = HeaderEncoding.From(builder.Configuration);
        proxy.ConfigureHttpClient((_, handler) =>
        {
            handler.RequestHeaderEncodingSelector ??= (_, _) => encoding.Request;
            handler.ResponseHeaderEncodingSelector ??= (_, _) => encoding.Response;
            // Where nobody takes traces, the client makes none and writes no trace headers: those of the request go on as they came.
            if (observability.OtlpEndpoint is null) handler.ActivityHeadersPropagator = null;
        });
        return builder;
    }

    /// <summary>Gives everything that nobody answered before is proxied. The check stands first, so that a refusal costs neither
    /// a destination nor a connection.</summary>
    public static WebApplication MapProxy(this WebApplication app)
    {
        RealmSet realms = app.Services.GetRequiredService<RealmSet>();
        app.MapReverseProxy(pipeline =>
        {
            if (RenewedCookies.AnyIn(realms)) pipeline.UseMiddleware<RenewedCookies>();
            pipeline.UseMiddleware<EnforcementMiddleware>();
            pipeline.UseSessionAffinity();
            pipeline.UseLoadBalancing();
            pipeline.UsePassiveHealthChecks();
        }).WithReading(realms, app.Services.GetRequiredService<EnforcementOptions>().Mode);
        RefusalWriter refusals = app.Services.GetRequiredService<RefusalWriter>();
        app.Use((context, next) => context.GetEndpoint() is null ? refusals.WriteAsync(context, NoRoute) : next(context));
        return app;
    }
}

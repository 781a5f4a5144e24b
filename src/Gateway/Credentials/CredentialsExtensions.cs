namespace Gateway.Credentials;

/// <summary>How a request is read; README.md of this folder has the rules by number, and where each of them is.</summary>
internal static class CredentialsExtensions
{
    public static WebApplicationBuilder AddCredentials(this WebApplicationBuilder builder, IReadOnlyList<string> trustedProxies)
    {
        builder.Services
            .AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, TargetAsSent>()
            .AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, DestinationHost>()
            .AddSingleton(new TrustedProxies(trustedProxies))
            .AddSingleton<CredentialsMetrics>()
            .AddSingleton<HeaderHygiene>()
            .AddSingleton<CopyJudge>();
        return builder;
    }

    /// <summary>Tells what holds for every request on the public listeners before its route is looked up, so that no header that is
    /// removed can have led to a route.</summary>
    public static WebApplication UseHygiene(this WebApplication app)
    {
        app.Services.GetRequiredService<TrustedProxies>().Use(app);
        app.UseMiddleware<HygieneMiddleware>();
        return app;
    }

    /// <summary>Checks, after the route is known, what it allows of the headers, and before that whether every server would come to the
    /// same.</summary>
    public static WebApplication UsePathReadings(this WebApplication app)
    {
        app.UseMiddleware<PathMiddleware>(new RouteTable(app));
        app.UseMiddleware<DroppedHeadersMiddleware>();
        return app;
    }
}

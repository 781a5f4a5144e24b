namespace Gateway.Hosting;

internal static class HostingExtensions
{
    /// <summary>Tells how loops run and how the process stops.</summary>
    public static WebApplicationBuilder AddHosting(this WebApplicationBuilder builder, StoppingOptions options)
    {
        builder.Services.AddSingleton(options).AddSingleton<StopAnnouncement>().AddSingleton<ProcessEnd>().AddSingleton<LoopStates>()
            .AddHostedService<LoopGauges>();
        builder.Services.Configure<HostOptions>(host =>
        {
            // What is left after the drain has been cut by then; this is for a server that does not notice.
            host.ShutdownTimeout = options.Drain + Slack;
            // A loop that fails has an owner; what has none must not end the process in silence.
            host.BackgroundServiceExceptionBehavior = BackgroundServiceExceptionBehavior.StopHost;
        });
        return builder;
    }

    /// <summary>Adds the signals of a process of its own: not for a host that is one of several in a process.</summary>
    public static void AddSignals(this WebApplicationBuilder builder) => builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();

    /// <summary>Gives a loop and its owner. The loop itself can be asked for, too.</summary>
    public static IServiceCollection AddLoop<T>(this IServiceCollection services) where T : Loop
        => services.AddSingleton<T>().AddSingleton<Loop>(provider => provider.GetRequiredService<T>()).AddHostedService<LoopOwner<T>>();

    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(5);
}

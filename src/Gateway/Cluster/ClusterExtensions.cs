namespace Gateway.Cluster;

internal static class ClusterExtensions
{
    public static WebApplicationBuilder AddCluster(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Node>();
        builder.Services.AddSingleton<Lease>();
        builder.Services.AddSingleton<Acknowledgements>();
        builder.Services.AddSingleton<LogTail>();
        builder.Services.AddHostedService(services => services.GetRequiredService<LogTail>());
        return builder;
    }
}

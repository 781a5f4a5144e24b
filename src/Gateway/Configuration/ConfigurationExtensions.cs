using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Configuration;

internal static class ConfigurationExtensions
{
    public static GatewayOptions AddGatewayConfiguration(this WebApplicationBuilder builder)
    {
        ConfigurationReading reading = Instance<ConfigurationReading>(builder);
        GatewayOptions options = Check(builder.Configuration, Instance<ConfigurationFolder>(builder), reading.Problems, out List<Problem> problems);
        if (problems.Count > 0) throw new InvalidConfigurationException(reading.File, problems);

        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services
            .AddSingleton(options)
            .AddSingleton(options.Store)
            .AddSingleton(options.Cluster)
            .AddSingleton(options.Revocation)
            .AddSingleton(options.Sessions)
            .AddSingleton(options.Enforcement)
            .AddSingleton(options.Dialects)
            .AddSingleton(options.TwoFactor)
            .AddSingleton(options.Management)
            .AddSingleton(options.Observability);
        if (reading.File is not null) builder.Services.AddSingleton<ConfigurationMetrics>().AddHostedService<ConfigurationReload>();
        builder.AddListeners(options.Management);
        return options;
    }

    /// <summary>Reads and checks everything; used at the start, by <c>check</c>, and before a reload is taken.</summary>
    /// <param name="realms">Names that routes may use, where they are not those of this configuration: a running gateway keeps its realms.</param>
    public static GatewayOptions Check(IConfiguration configuration, ConfigurationFolder folder, IEnumerable<Problem> found, out List<Problem> problems, IReadOnlyCollection<string>? realms = null)
    {
        problems = [.. found];
        GatewayOptions options = new StrictBinder(problems).Bind<GatewayOptions>(configuration.GetSection("Gateway"));
        new GatewayValidator(problems, folder).Validate(options);
        new ListenersValidator(problems, folder).Validate(configuration, options.Management);
        LoggingValidator.Validate(configuration, problems);
        // YARP's validators are written to be awaited, but have nothing to wait for.
        new ProxyValidator(problems).Validate(configuration, realms ?? options.Realms.Keys).GetAwaiter().GetResult();
        problems = [.. problems.Distinct().OrderBy(problem => problem.Path, StringComparer.Ordinal)];
        return options;
    }

    private static T Instance<T>(WebApplicationBuilder builder) where T : class
        => (T)builder.Services.Last(service => service.ServiceType == typeof(T)).ImplementationInstance!;
}

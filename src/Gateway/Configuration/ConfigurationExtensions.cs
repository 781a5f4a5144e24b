using System.Reflection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Configuration;

internal static class ConfigurationExtensions
{
    /// <summary>Reads and checks the configuration. Each room finds its own options among the services.</summary>
    /// <typeparam name="TSections">Its properties are the sections; see <see cref="ConfigurationSchema"/>.</typeparam>
    /// <exception cref="InvalidConfigurationException">With every error at once.</exception>
    public static TSections AddConfiguration<TSections>(this WebApplicationBuilder builder,
        IReadOnlyList<IConfigurationValidator> validators) where TSections : class
    {
        ConfigurationReading reading = Instance<ConfigurationReading>(builder);
        ConfigurationSchema schema = new(typeof(TSections), validators);
        TSections sections = (TSections)schema.Read(builder.Configuration, Instance<ConfigurationFolder>(builder), reading.Problems, null,
            out List<Problem> problems);
        if (problems.Count > 0) throw new InvalidConfigurationException(reading.File, problems);

        builder.Services.TryAddSingleton(TimeProvider.System);
        foreach (PropertyInfo section in typeof(TSections).GetProperties())
            builder.Services.AddSingleton(section.PropertyType, section.GetValue(sections)!);
        builder.Services.AddSingleton(sections);
        if (reading.File is not null)
            builder.Services.AddSingleton(new RunningConfiguration(schema, sections)).AddSingleton<ConfigurationMetrics>()
                .AddHostedService<ConfigurationReload>();
        return sections;
    }

    private static T Instance<T>(WebApplicationBuilder builder) where T : class
        => (T)builder.Services.Last(service => service.ServiceType == typeof(T)).ImplementationInstance!;
}

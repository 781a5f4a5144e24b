using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Gateway.Configuration;

/// <summary>What the configuration is made of, weakest first: gateway.json, environment variables, the command line.</summary>
internal static class ConfigurationSources
{
    /// <summary>Gives a builder with these sources and nothing of <c>appsettings.json</c>, which may lie in the working
    /// directory for another program.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args, string? configurationFile)
    {
        string? home = configurationFile is null ? null : Path.GetDirectoryName(Path.GetFullPath(configurationFile));
        // No watchers on the working directory: the only file that is read is ours.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"],
            // Kestrel looks for certificates below it: paths mean the same in every section.
            ContentRootPath = Directory.Exists(home) ? home : null,
        });
        IList<IConfigurationSource> sources = builder.Configuration.Sources;
        foreach (JsonConfigurationSource appsettings in sources.OfType<JsonConfigurationSource>().ToList()) sources.Remove(appsettings);
        foreach (CommandLineConfigurationSource line in sources.OfType<CommandLineConfigurationSource>().ToList()) sources.Remove(line);
        foreach (EnvironmentVariablesConfigurationSource variables in sources.OfType<EnvironmentVariablesConfigurationSource>()
            .Where(source => string.IsNullOrEmpty(source.Prefix)).ToList()) sources.Remove(variables);

        List<Problem> problems = [];
        if (configurationFile is not null)
        {
            configurationFile = Path.GetFullPath(configurationFile);
            GatewayFileProvider file = ConfigurationFile.Read(configurationFile, problems);
            builder.Configuration.Sources.Add(file);
            builder.Services.AddSingleton(file);
        }
        // ASPNETCORE_URLS and its like say how this process is to run, so they weigh more than the file.
        foreach (IConfigurationSource source in Overrides(args)) builder.Configuration.Sources.Add(source);
        string folder = configurationFile is null ? builder.Environment.ContentRootPath : Path.GetDirectoryName(configurationFile)!;
        builder.Services.AddSingleton(new ConfigurationFolder(folder))
            .AddSingleton(new ConfigurationReading(configurationFile, args, problems));
        return builder;
    }

    /// <summary>Tells what weighs more than the file.</summary>
    public static IConfigurationSource[] Overrides(string[] args) =>
    [
        new EnvironmentVariablesConfigurationSource { Prefix = "ASPNETCORE_" },
        new EnvironmentVariablesConfigurationSource(),
        new CommandLineConfigurationSource { Args = args },
    ];
}

using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;

namespace Gateway.Configuration;

/// <summary>What the configuration is made of, weakest first: gateway.json, environment variables, the command line.</summary>
internal static class ConfigurationSources
{
    /// <summary>A builder with these sources and nothing of <c>appsettings.json</c>, which may lie in the working
    /// directory for another program.</summary>
    public static WebApplicationBuilder CreateBuilder(string[] args, string? configurationFile)
    {
        // No watchers on the working directory: the only file that is read is ours.
        WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = [.. args, "--hostBuilder:reloadConfigOnChange=false"] });
        IList<IConfigurationSource> sources = builder.Configuration.Sources;
        foreach (JsonConfigurationSource appsettings in sources.OfType<JsonConfigurationSource>().ToList()) sources.Remove(appsettings);
        foreach (CommandLineConfigurationSource line in sources.OfType<CommandLineConfigurationSource>().ToList()) sources.Remove(line);
        foreach (EnvironmentVariablesConfigurationSource variables in sources.OfType<EnvironmentVariablesConfigurationSource>().Where(source => string.IsNullOrEmpty(source.Prefix)).ToList()) sources.Remove(variables);

        if (configurationFile is not null) builder.Configuration.AddJsonFile(Path.GetFullPath(configurationFile), optional: false, reloadOnChange: false);
        // ASPNETCORE_URLS and its like say how this process is to run, so they weigh more than the file.
        builder.Configuration.AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().AddCommandLine(args);
        string folder = configurationFile is null ? builder.Environment.ContentRootPath : Path.GetDirectoryName(Path.GetFullPath(configurationFile))!;
        builder.Services.AddSingleton(new ConfigurationFolder(folder));
        return builder;
    }
}

using System.Reflection;

namespace Gateway.Configuration;

/// <summary>What gateway.json may hold.</summary>
/// <param name="sections">Its properties are the sections under <c>Gateway</c>; each is called like the room that reads it.</param>
/// <param name="validators">Those of all rooms.</param>
internal sealed class ConfigurationSchema(Type sections, IReadOnlyList<IConfigurationValidator> validators)
{
    /// <summary>Reads and checks everything; used at the start, by <c>check</c>, and before a reload is taken.</summary>
    /// <param name="found">Problems of the file by itself.</param>
    /// <param name="inForce">The options of a running gateway, which a reload does not change.</param>
    /// <param name="problems">Every one, by path.</param>
    public object Read(IConfiguration configuration, ConfigurationFolder folder, IEnumerable<Problem> found, object? inForce,
        out List<Problem> problems)
    {
        List<Problem> all = [.. found];
        object read = new StrictBinder(all).Bind(configuration.GetSection("Gateway"), sections) ?? Activator.CreateInstance(sections)!;
        foreach (PropertyInfo section in sections.GetProperties())
            if (section.GetValue(read) is IPresets presets) presets.Fill();
        Checks checks = new(configuration, folder, read, inForce ?? read, all);
        foreach (IConfigurationValidator validator in validators) validator.Validate(checks);
        problems = [.. all.Distinct().OrderBy(problem => problem.Path, StringComparer.Ordinal)];
        return read;
    }
}

using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Authentication;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Configuration;

/// <summary>
/// Makes options of configuration. Unlike ASP.NET Core's binder it reports what it does not know or cannot read, each
/// with its path, and a list that is configured replaces the default instead of being appended to it. The keys that are
/// known are the properties of the types, so there is no second list to keep.
/// </summary>
internal sealed class StrictBinder(List<Problem> problems)
{
    public T Bind<T>(IConfigurationSection section) where T : new() => (T)(Bind(section, typeof(T)) ?? new T());

    /// <summary>Reads it. Null where the section is of another kind, which has been reported.</summary>
    public object? Bind(IConfigurationSection section, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (Scalars.Knows(type)) return BindScalar(section, type);
        if (type.IsGenericType && type.GetGenericArguments() is [var item] && typeof(IEnumerable).IsAssignableFrom(type))
            return BindList(section, item);
        if (type.IsGenericType && type.GetGenericArguments() is [_, var value])
            return BindDictionary(section, typeof(Dictionary<,>).MakeGenericType(typeof(string), value), value);
        if (IsOneOrMore(type)) return BindOneOrMore(section, type);
        if (type.BaseType is { IsGenericType: true } named && named.GetGenericTypeDefinition() == typeof(Dictionary<,>))
            return BindDictionary(section, type, named.GetGenericArguments()[1]);
        return BindObject(section, type);
    }

    private object? BindScalar(IConfigurationSection section, Type type)
    {
        if (section.GetChildren().Any())
        {
            Add(section, $"is one value ({Scalars.Describe(type)}), not an object or a list.");
            return null;
        }
        if (section.Value is not { } text) return null;
        if (Scalars.TryRead(text, type, out object? value)) return value;
        Add(section, $"'{Shown(text)}' is not {Scalars.Describe(type)}.");
        return null;
    }

    private IList? BindList(IConfigurationSection section, Type item)
    {
        IConfigurationSection[] children = [.. section.GetChildren()];
        if (!string.IsNullOrEmpty(section.Value) && children.Length == 0
            || children.Any(child => !int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
        {
            Add(section, "is a list; write [ … ].");
            return null;
        }
        IList list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(item))!;
        foreach (IConfigurationSection child in children)
            if (Bind(child, item) is { } bound) list.Add(bound);
        return list;
    }

    // A list with a type of its own may be written as a single value.
    private static bool IsOneOrMore(Type type)
        => type.BaseType is { IsGenericType: true } list && list.GetGenericTypeDefinition() == typeof(List<>);

    private object? BindOneOrMore(IConfigurationSection section, Type type)
    {
        Type item = type.BaseType!.GetGenericArguments()[0];
        IList bound = (IList)Activator.CreateInstance(type)!;
        if (!section.GetChildren().Any())
        {
            if (Bind(section, item) is { } one) bound.Add(one);
            return bound;
        }
        if (BindList(section, item) is not { } items) return null;
        foreach (object one in items) bound.Add(one);
        return bound;
    }

    private IDictionary? BindDictionary(IConfigurationSection section, Type type, Type value)
    {
        if (IsStrayValue(section)) return null;
        IDictionary dictionary = (IDictionary)Activator.CreateInstance(type)!;
        bool lists = IsOneOrMore(value) || value.IsGenericType && value.GetGenericTypeDefinition() == typeof(List<>);
        foreach ((string key, IConfigurationSection child) in lists
            ? Lists(section, "")
            : section.GetChildren().Select(child => (child.Key, child)))
            if (Bind(child, value) is { } bound) dictionary[key] = bound;
        return dictionary;

        // A key with colons in it ("urn:example:admin") has been taken apart by the configuration; its end is where a list begins.
        static IEnumerable<(string, IConfigurationSection)> Lists(IConfigurationSection at, string prefix)
        {
            foreach (IConfigurationSection child in at.GetChildren())
            {
                string key = prefix + child.Key;
                bool inner = child.Value is null && child.GetChildren().Any()
                    && child.GetChildren().All(next => !int.TryParse(next.Key, out _));
                foreach ((string, IConfigurationSection) found in inner ? Lists(child, key + ":") : [(key, child)]) yield return found;
            }
        }
    }

    private object? BindObject(IConfigurationSection section, Type type)
    {
        if (IsStrayValue(section)) return null;
        object bound = Activator.CreateInstance(type)!;
        Dictionary<string, PropertyInfo> known = Keys(type);
        foreach (IConfigurationSection child in section.GetChildren())
        {
            if (known.TryGetValue(child.Key, out PropertyInfo? property))
            {
                Type wanted = property.PropertyType == typeof(SslProtocols?) ? typeof(List<SslProtocols>) : property.PropertyType;
                if (Bind(child, wanted) is { } value && property.PropertyType.IsInstanceOfType(value)) property.SetValue(bound, value);
                continue;
            }
            string hint = Suggestion.Nearest(child.Key, known.Keys) is { } nearest ? $" Did you mean {nearest}?" : "";
            Add(child, $"is not a known key.{hint} Known here: {(known.Count == 0 ? "none" : string.Join(", ", known.Keys))}.");
        }
        return bound;
    }

    private bool IsStrayValue(IConfigurationSection section)
    {
        if (string.IsNullOrEmpty(section.Value) || section.GetChildren().Any()) return false;
        Add(section, $"is an object; write {{ … }}, not '{Shown(section.Value)}'.");
        return true;
    }

    private static Dictionary<string, PropertyInfo> Keys(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Where(property => property.CanWrite)
        // YARP takes these ids from the name of the object that they belong to.
        .Where(property => !(type == typeof(RouteConfig) && property.Name == nameof(RouteConfig.RouteId)
            || type == typeof(ClusterConfig) && property.Name == nameof(ClusterConfig.ClusterId)))
        .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    private void Add(IConfigurationSection section, string message) => problems.Add(new(section.Path, message));

    private static string Shown(string text) => text.Length <= 60 ? text : text[..60] + "…";
}

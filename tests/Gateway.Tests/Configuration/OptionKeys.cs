using System.Collections;
using System.Reflection;
using Gateway.Dialects;
using Gateway.Http;

namespace Gateway.Tests.Configuration;

/// <summary>Every key of the section Gateway, as the options records have it, with its default. Names that a user
/// chooses are NAME or VALUE, positions in a list N, and what all dialects share stands under DIALECT.</summary>
internal static class OptionKeys
{
    public static IReadOnlyDictionary<string, object?> All { get; } = Find();

    /// <summary>What a route's metadata may say; what follows from it is computed and has no name there.</summary>
    public static PropertyInfo[] RouteMetadata { get; } = [.. typeof(RoutePolicy).GetProperties().Where(property => property.CanWrite)];

    private static Dictionary<string, object?> Find()
    {
        Dictionary<string, object?> keys = [];
        Walk(keys, typeof(GatewayOptions), "Gateway");
        return keys;
    }

    private static void Walk(Dictionary<string, object?> keys, Type record, string path)
    {
        object defaults = Activator.CreateInstance(record)!;
        foreach (PropertyInfo property in record.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            string key = (property.DeclaringType == typeof(DialectOptions) ? "Gateway:Dialects:DIALECT" : path) + ":" + property.Name;
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (DictionaryOf(type) is { } dictionary)
            {
                Type value = dictionary.GetGenericArguments()[1];
                if (IsSection(value)) Walk(keys, value, key + ":NAME");
                else keys[key + ":VALUE"] = null;
            }
            else if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>) && IsSection(type.GetGenericArguments()[0]))
            {
                Walk(keys, type.GetGenericArguments()[0], key + ":N");
            }
            else if (IsSection(type) && type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Length > 0)
            {
                Walk(keys, type, key);
            }
            else
            {
                object? value = IsSection(type) ? null : property.GetValue(defaults);
                keys[key] = value is IList { Count: 0 } or "" ? null : value;
            }
        }
    }

    // Itself, or one with a name of its own.
    private static Type? DictionaryOf(Type type)
        => new[] { type, type.BaseType }.FirstOrDefault(
            one => one is { IsGenericType: true } && one.GetGenericTypeDefinition() == typeof(Dictionary<,>));

    private static bool IsSection(Type type)
        => type.IsClass && !typeof(IList).IsAssignableFrom(type)
            && type.Namespace?.StartsWith(nameof(Gateway), StringComparison.Ordinal) == true;
}

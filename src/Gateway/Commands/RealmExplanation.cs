using System.Collections;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Realms;

namespace Gateway.Commands;

/// <summary>Writes a realm as gateway.json would have it, with what its preset fills in. What is not set is left out; secrets are not
/// shown.</summary>
internal static class RealmExplanation
{
    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(RealmOptions realm)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter writer = new(text, Indented)) (Of(realm) ?? new JsonObject()).WriteTo(writer);
        return string.Join('\n', Encoding.UTF8.GetString(text.ToArray()).Split('\n').Select(line => "    " + line));
    }

    private static JsonNode? Of(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        Enum or TimeSpan or int or long => JsonValue.Create(value.ToString()),
        IDictionary { Count: 0 } => null,
        IDictionary map => new JsonObject(map.Keys.Cast<string>().Select(key => KeyValuePair.Create(key, Of(map[key])))),
        IList { Count: 0 } => null,
        IList list => new JsonArray([.. list.Cast<object>().Select(Of)]),
        _ => Members(value),
    };

    private static JsonObject Members(object section)
    {
        JsonObject members = [];
        object defaults = Activator.CreateInstance(section.GetType())!;
        foreach (PropertyInfo property in section.GetType().GetProperties().Where(property => property.CanWrite))
        {
            object? value = property.GetValue(section);
            if (Equals(value, property.GetValue(defaults)) && value is not IList and not IDictionary) continue;
            if (property.Name == nameof(IntrospectionOptions.ClientSecret)) value = "(set)";
            if (Of(value) is { } node) members[property.Name] = node;
        }
        return members;
    }
}

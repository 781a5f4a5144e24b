using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Configuration;

/// <summary>gateway.json, read once: JSON with comments and trailing commas, as ASP.NET Core takes it, but a key that
/// stands twice is an error, because only one of the two would count.</summary>
internal static class ConfigurationFile
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };
    /// <summary>The sections and settings of the file.</summary>
    public static readonly string[] TopLevel = ["$schema", "Urls", "ReverseProxy", "Gateway", "Kestrel", "Logging", "AllowedHosts",
        "http_ports", "https_ports"];

    public static GatewayFileProvider Read(string path, List<Problem> problems)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            return new(path, bytes, Parse(bytes, problems));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            problems.Add(new("", File.Exists(path)
                ? $"{path} cannot be read: {error.Message}"
                : $"{path} does not exist. Name the configuration file with --config FILE."));
            return new(path, null, []);
        }
    }

    /// <summary>
    /// Reads keys with <c>:</c> between their parts. Explicit nulls are left out; an empty object is a key without a value.
    /// </summary>
    public static Dictionary<string, string?> Parse(ReadOnlyMemory<byte> json, List<Problem> problems)
    {
        Dictionary<string, string?> data = new(StringComparer.OrdinalIgnoreCase);
        // A byte order mark is what some editors begin a file with.
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        if (!Utf8.IsValid(json.Span))
        {
            problems.Add(new("", "The file is not UTF-8. Save it in that encoding."));
            return data;
        }
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Lenient);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                problems.Add(new("", "The file must hold one JSON object."));
                return data;
            }
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                string name = property.Name.Split(':')[0];
                if (TopLevel.Contains(name, StringComparer.OrdinalIgnoreCase)) continue;
                string hint = Suggestion.Nearest(name, TopLevel) is { } nearest ? $" Did you mean {nearest}?" : "";
                problems.Add(new(property.Name, $"is not a known section.{hint} Known: {string.Join(", ", TopLevel[1..])}."));
            }
            Flatten(document.RootElement, "", data, problems);
        }
        catch (InvalidOperationException)
        {
            problems.Add(new("", "The file holds an escape that is no character, like a lone \\ud800. Take it out."));
        }
        catch (JsonException error)
        {
            problems.Add(
                new("",
                    $"The file is not JSON at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}: {error.Message.Split(" "
                        + "LineNumber")[0].Split(" Path:")[0]}"));
        }
        return data;
    }

    private static void Flatten(JsonElement element, string path, Dictionary<string, string?> data, List<Problem> problems)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                if (!element.EnumerateObject().Any() && path.Length > 0) data.TryAdd(path, null);
                HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    string key = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
                    if (seen.Add(property.Name)) Flatten(property.Value, key, data, problems);
                    else problems.Add(new(key, "stands twice in the file (upper and lower case count as one). Keep one."));
                }
                break;
            case JsonValueKind.Array:
                if (element.GetArrayLength() == 0) data.TryAdd(path, "");
                foreach ((int index, JsonElement item) in element.EnumerateArray().Index())
                    Flatten(item, $"{path}:{index}", data, problems);
                break;
            case JsonValueKind.Null:
                break;
            default:
                if (element.ValueKind == JsonValueKind.String && element.GetString()!.Contains('\0'))
                    problems.Add(new(path, "holds a NUL character. Take it out."));
                else if (!data.TryAdd(path, element.ToString())) problems.Add(new(path, "stands twice in the file. Keep one."));
                break;
        }
    }
}

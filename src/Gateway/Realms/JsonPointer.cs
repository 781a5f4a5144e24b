using System.Text.Json;

namespace Gateway.Realms;

/// <summary>RFC 6901. Read once when the configuration is loaded.</summary>
internal sealed class JsonPointer
{
    private readonly string[] _tokens;

    /// <exception cref="FormatException">Neither empty nor beginning with a slash, or a <c>~</c> without 0 or 1 behind it.</exception>
    public JsonPointer(string text)
    {
        if (Complaint(text) is { } complaint) throw new FormatException(complaint);
        _tokens = text.Length == 0 ? [] : [.. text[1..].Split('/').Select(token => token.Replace("~1", "/").Replace("~0", "~"))];
    }

    /// <summary>The first of its names; empty for the whole document.</summary>
    public string First => _tokens is [var first, ..] ? first : "";

    /// <summary>The last of its names; empty for the whole document.</summary>
    public string Last => _tokens is [.., var last] ? last : "";

    public static JsonPointer? OrNull(string? text) => text is null ? null : new JsonPointer(text);

    /// <summary>Tells what is wrong with a pointer's text; null when nothing is.</summary>
    public static string? Complaint(string text)
    {
        if (text.Length > 0 && text[0] != '/') return $"\"{text}\" is no JSON pointer: begin it with a slash, as in /id (RFC 6901).";
        for (int at = text.IndexOf('~'); at >= 0; at = text.IndexOf('~', at + 1))
            if (at + 1 == text.Length || text[at + 1] is not ('0' or '1'))
                return $"\"{text}\" is no JSON pointer: write ~ as ~0 (RFC 6901).";
        return null;
    }

    /// <summary>Finds the value (section 4). Null when nothing is there, or JSON null is.</summary>
    public JsonElement? In(JsonElement document)
    {
        foreach (string token in _tokens)
        {
            switch (document.ValueKind)
            {
                case JsonValueKind.Object when document.TryGetProperty(token, out JsonElement member):
                    document = member;
                    break;
                case JsonValueKind.Array when IsIndex(token, out int index) && index < document.GetArrayLength():
                    document = document[index];
                    break;
                default:
                    return null;
            }
        }
        return document.ValueKind == JsonValueKind.Null ? null : document;
    }

    private static bool IsIndex(string token, out int index)
        => int.TryParse(token, System.Globalization.NumberStyles.None, null, out index) && (token.Length == 1 || token[0] != '0');
}

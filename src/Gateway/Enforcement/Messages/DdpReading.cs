using System.Text.Json;

namespace Gateway.Enforcement.Messages;

/// <summary>
/// Reads messages of Meteor's Distributed Data Protocol (its specification, "Remote procedure calls", and the accounts packages), raw or as
/// SockJS frames them (sockjs-protocol 0.3.3: <c>a["…"]</c> from a server, <c>["…"]</c> from a client). As leniently as a server would: a
/// token counts wherever it stands in what a method is given.
/// </summary>
internal static class DdpReading
{
    private const int MaxDepth = 512;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>Gives what matters in a message; nothing for what no server would read.</summary>
    /// <exception cref="FormatException">A server could read it, and this cannot.</exception>
    public static IReadOnlyList<DdpMessage> Read(ReadOnlyMemory<byte> message)
    {
        List<DdpMessage> found = [];
        try { Read(message, found); }
        // Half of a surrogate pair: JavaScript takes it as it is.
        catch (InvalidOperationException error) { throw new FormatException("A message holds text that is none.", error); }
        return found;
    }

    private static void Read(ReadOnlyMemory<byte> message, List<DdpMessage> found)
    {
        ReadOnlySpan<byte> text = message.Span;
        // Whoever decodes UTF-8 by the book takes a byte order mark away.
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];
        text = text.TrimStart(" \t\r\n"u8);
        if (text.IsEmpty) return;
        ReadOnlyMemory<byte> json = message[^text.Length..];
        // SockJS: an array of messages, or one.
        if (text[0] is (byte)'a' or (byte)'m') json = json[1..];
        JsonDocument document;
        try { document = JsonDocument.Parse(json, Options); }
        catch (JsonException error)
        {
            // JavaScript knows no limit of depth.
            if (IsDeep(text)) throw new FormatException("A message is nested too deeply.", error);
            return;
        }
        using (document) Read(document.RootElement, found);
    }

    private static void Read(JsonElement element, List<DdpMessage> found)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                if (One(element) is { } one) found.Add(one);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray())
                    if (item.ValueKind is JsonValueKind.String or JsonValueKind.Object) Read(item, found);
                break;
            case JsonValueKind.String:
                Read(System.Text.Encoding.UTF8.GetBytes(element.GetString()!), found);
                break;
        }
    }

    private static DdpMessage? One(JsonElement message) => Text(message, "msg") switch
    {
        "method" => new DdpMessage.Method(Id(message), Text(message, "method") ?? "", Resumes(message)),
        "result" => new DdpMessage.Result(Id(message), message.TryGetProperty("error", out _), SignedIn(message)),
        _ => null,
    };

    private static DdpSignIn? SignedIn(JsonElement message)
        => message.TryGetProperty("result", out JsonElement result) && result.ValueKind == JsonValueKind.Object
            && Text(result, "id") is { Length: > 0 } user && Text(result, "token") is { Length: > 0 } token
            ? new(user, token, Expires(result)) : null;

    // EJSON: { "$date": milliseconds since 1970 }.
    private static DateTimeOffset? Expires(JsonElement result)
        => result.TryGetProperty("tokenExpires", out JsonElement expires) && expires.ValueKind == JsonValueKind.Object
            && expires.TryGetProperty("$date", out JsonElement date) && date.ValueKind == JsonValueKind.Number
            && date.TryGetInt64(out long milliseconds) && milliseconds is >= 0 and < 253370764800000
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds) : null;

    private static List<string> Resumes(JsonElement message)
    {
        List<string> tokens = [];
        Collect(message, tokens);
        return tokens;
    }

    private static void Collect(JsonElement element, List<string> tokens)
    {
        if (element.ValueKind == JsonValueKind.Object)
            foreach (JsonProperty property in element.EnumerateObject())
            {
                if (property.Name == "resume" && property.Value.ValueKind == JsonValueKind.String
                    && property.Value.GetString() is { Length: > 0 } token) tokens.Add(token);
                else Collect(property.Value, tokens);
            }
        else if (element.ValueKind == JsonValueKind.Array)
            foreach (JsonElement item in element.EnumerateArray()) Collect(item, tokens);
    }

    private static string? Id(JsonElement message)
        => message.TryGetProperty("id", out JsonElement id) && id.ValueKind is JsonValueKind.String or JsonValueKind.Number
            ? id.ToString() : null;

    private static string? Text(JsonElement element, string name)
        => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsDeep(ReadOnlySpan<byte> text) => text.Count((byte)'[') + text.Count((byte)'{') > MaxDepth;
}

using System.Text;
using System.Text.Json;

namespace Gateway.Tests.Credentials;

/// <summary>
/// A family of careless servers, all in one: every token that any of them could find in a request, and every session that
/// any of them could read out of it. They take the first header or the last, split at commas and spaces, decode up to
/// twice, look at no case, trim, unquote, take underscores for hyphens, and read base64 and JSON as they come.
/// </summary>
internal static class LenientBackends
{
    public static HashSet<string> Sessions(RecordedRequest request)
    {
        HashSet<string> sessions = [];
        foreach (string token in Tokens(request))
            foreach (string reading in Decodings(token))
                foreach (string session in SessionsOf(reading)) sessions.Add(session);
        return sessions;
    }

    /// <summary>Opaque keys, in every spelling.</summary>
    public static HashSet<string> Keys(RecordedRequest request)
    {
        HashSet<string> keys = [];
        foreach ((string name, string value) in request.Headers)
        {
            if (name.Replace('_', '-').Equals("X-Api-Key", StringComparison.OrdinalIgnoreCase))
                foreach (string piece in Pieces(value)) keys.UnionWith(Decodings(piece));
            if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase)) keys.UnionWith(Named(value, "sid_key"));
        }
        return keys;
    }

    private static IEnumerable<string> Tokens(RecordedRequest request)
    {
        foreach ((string name, string value) in request.Headers)
        {
            if (name.Replace('_', '-').Equals("Authorization", StringComparison.OrdinalIgnoreCase))
            {
                foreach (string piece in Pieces(value))
                {
                    yield return piece;
                    foreach (string inner in Pieces(FromBase64(piece))) yield return inner;
                }
            }
            if (name.Replace('_', '-').Equals("X-Api-Key", StringComparison.OrdinalIgnoreCase))
                foreach (string piece in Pieces(value)) yield return piece;
            if (name.Equals("Cookie", StringComparison.OrdinalIgnoreCase))
                foreach (string token in Named(value, "access_token").Concat(Named(value, "sid_key"))) yield return token;
        }
        foreach (string token in Named(request.Target, "access_token")) yield return token;
    }

    // Names and values after any division and any number of decodings.
    private static IEnumerable<string> Named(string text, string wanted)
    {
        foreach (string reading in Decodings(text))
        {
            foreach (string part in reading.Split(';', '&', '?', '#', ',', ' ', '\t', '"', '\''))
            {
                int equals = part.IndexOf('=');
                if (equals < 0) continue;
                foreach (string name in Decodings(part[..equals]))
                    if (Clean(name).Equals(wanted, StringComparison.OrdinalIgnoreCase)) yield return part[(equals + 1)..];
            }
            // And those who divide at semicolons only, and trim.
            foreach (string part in reading.Split(';', '&', '?', '#'))
            {
                int equals = part.IndexOf('=');
                if (equals >= 0 && Clean(part[..equals]).Equals(wanted, StringComparison.OrdinalIgnoreCase))
                    foreach (string piece in Pieces(part[(equals + 1)..])) yield return piece;
            }
        }
    }

    private static string Clean(string name)
    {
        int index = name.IndexOf('[');
        if (index > 0) name = name[..index];
        return new string([.. name.Where(c => !char.IsControl(c))]).Trim(' ', '"', '\'', '+').Replace('.', '_').Replace(' ', '_');
    }

    private static IEnumerable<string> Pieces(string value)
        => value.Split(' ', '\t', ',', ';', '=', ':', '"', '\'', '\n').Append(value.Trim()).Where(piece => piece.Length > 0);

    private static IEnumerable<string> Decodings(string text)
    {
        yield return text;
        string once = Uri.UnescapeDataString(text);
        if (once == text) yield break;
        yield return once;
        string twice = Uri.UnescapeDataString(once);
        if (twice != once) yield return twice;
    }

    private static IEnumerable<string> SessionsOf(string token)
    {
        string[] parts = token.Split('.');
        for (int at = 0; at + 1 < parts.Length; at++)
        {
            // However careless, it takes for a token what has a header.
            if (!IsObject(FromBase64(parts[at]))) continue;
            // What it has read as claims is no header.
            string payload = FromBase64(parts[++at]);
            int start = payload.IndexOf('{');
            if (start < 0) continue;
            foreach (string session in SessionClaims(payload[start..])) yield return session;
        }
    }

    private static bool IsObject(string json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json.Trim('\0', ' ', '\t', '\r', '\n', '\uFEFF'),
                new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException) { return false; }
    }

    private static List<string> SessionClaims(string json)
    {
        List<string> sessions = [];
        try
        {
            Utf8JsonReader reader = new(Encoding.UTF8.GetBytes(json),
                new JsonReaderOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            bool next = false;
            while (reader.Read())
            {
                if (next && reader.TokenType == JsonTokenType.String) sessions.Add(reader.GetString()!);
                next = reader.TokenType == JsonTokenType.PropertyName
                    && reader.GetString()!.Trim().Equals("sid", StringComparison.OrdinalIgnoreCase);
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // As far as it could be read.
        }
        return sessions;
    }

    private static string FromBase64(string text)
    {
        string kept = new([.. text.Replace('-', '+').Replace('_', '/').Where(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '/')]);
        if (kept.Length % 4 == 1) kept = kept[..^1];
        return Encoding.UTF8.GetString(Convert.FromBase64String(kept + new string('=', (4 - kept.Length % 4) % 4)));
    }
}

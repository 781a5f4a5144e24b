using System.Buffers.Text;
using System.Text.Json;
using Gateway.Http;

namespace Gateway.Realms.Jwt;

/// <summary>What a token says of itself, read without any check: for the operator, when it was refused. Nothing is decided by it.</summary>
internal static class UnverifiedJwt
{
    private static readonly JsonDocumentOptions Bounded = new() { MaxDepth = 16 };

    /// <param name="check">Why it was refused.</param>
    public static RefusalReason Reason(string check, ReadOnlySpan<char> token)
    {
        RefusalReason reason = new(check);
        int first = token.IndexOf('.');
        if (first < 0 || token.Length > StrictJwt.MaxLength) return reason;
        ReadOnlySpan<char> rest = token[(first + 1)..];
        int second = rest.IndexOf('.');
        using JsonDocument? header = Read(token[..first]), payload = Read(second < 0 ? rest : rest[..second]);
        try
        {
            if (header is not null) reason = reason with { KeyId = Text(header, "kid") };
            return payload is null ? reason
                : reason with { Issuer = Text(payload, "iss"), Audience = Audiences(payload), ExpiresAt = Instant(payload, "exp") };
        }
        catch (InvalidOperationException)
        {
            // The documented answer to text with half of a surrogate pair, in a name or a value.
            return reason;
        }
    }

    private static JsonDocument? Read(ReadOnlySpan<char> part)
    {
        try
        {
            JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(part), Bounded);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (Exception error) when (error is FormatException or JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonDocument document, string name)
        => document.RootElement.TryGetProperty(name, out JsonElement member)
            && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    private static string? Audiences(JsonDocument payload)
    {
        if (!payload.RootElement.TryGetProperty("aud", out JsonElement member)) return null;
        if (member.ValueKind == JsonValueKind.String) return member.GetString();
        return member.ValueKind == JsonValueKind.Array
            ? string.Join(' ', member.EnumerateArray().Where(item => item.ValueKind == JsonValueKind.String).Select(item
                => item.GetString()).Take(8)) : null;
    }

    private static DateTimeOffset? Instant(JsonDocument payload, string name)
        => payload.RootElement.TryGetProperty(name, out JsonElement member) ? AnswerReading.Instant(member) : null;
}

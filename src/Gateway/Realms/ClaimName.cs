using System.Text.Json;

namespace Gateway.Realms;

/// <summary>A claim by its name, as in <c>sid</c>, or by a JSON pointer (RFC 6901) into a nested one, as in <c>/ext/sid</c>: what begins
/// with a slash is a pointer.</summary>
internal sealed class ClaimName
{
    private readonly JsonPointer? _pointer;

    /// <exception cref="FormatException">A pointer that is none.</exception>
    public ClaimName(string text)
    {
        Text = text;
        if (!text.StartsWith('/')) return;
        _pointer = new JsonPointer(text);
    }

    public string Text { get; }

    /// <summary>The name of a claim, and no pointer.</summary>
    public bool IsPlain => _pointer is null;

    /// <summary>The name of the member at the top in which it stands.</summary>
    public string Member => _pointer?.First ?? Text;

    /// <summary>The name of the member itself.</summary>
    public string Last => _pointer?.Last ?? Text;

    /// <summary>Finds it. Null when it is absent; JSON null is absence (reading rule 8).</summary>
    public JsonElement? In(JsonElement claims)
        => _pointer is not null ? _pointer.In(claims)
            : claims.TryGetProperty(Text, out JsonElement found) && found.ValueKind != JsonValueKind.Null ? found : null;

    /// <summary>Tells what is wrong with one as it is configured; null when nothing is.</summary>
    public static string? Complaint(string? text)
        => string.IsNullOrWhiteSpace(text) ? "is empty; name a claim like sid, or a JSON pointer like /ext/sid."
            : text.StartsWith('/') ? JsonPointer.Complaint(text) : null;

    public override string ToString() => Text;
}

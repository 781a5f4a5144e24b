using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace Gateway.Realms;

/// <summary>JSON that every reader reads alike: one object, bounded in depth, no name twice in any object (also not when
/// one of them is escaped), valid UTF-8, no lone surrogates (RFC 7493, I-JSON).</summary>
internal static class StrictJson
{
    private const int MaxDepth = 16;
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Gives the root object, or null when the text is anything else.</summary>
    public static JsonElement? ReadObject(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span)) return null;
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return null;
            Walk(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is the documented answer to a string with half of a surrogate pair.
            return null;
        }
    }

    /// <summary>Tells whether a name outside the exact spelling could be read as one of <paramref name="names"/>: in another
    /// case (also one that only Unicode folds), with white space around it, or written with an escape.</summary>
    public static bool HasLookalike(JsonElement element, IReadOnlySet<string> names)
    {
        foreach (JsonProperty property in element.EnumerateObject())
        {
            string name = property.Name;
            bool exact = names.Contains(name);
            if (exact && JsonMarshal.GetRawUtf8PropertyName(property).Contains((byte)'\\')) return true;
            if (exact) continue;
            string folded = Fold(name);
            foreach (string known in names)
                if (string.Equals(folded, known, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    // Letters outside ASCII that case folding turns into ASCII ones (CaseFolding.txt), and what lenient readers trim.
    private static string Fold(string name)
    {
        string trimmed = name.Trim().Trim('\0', '\uFEFF', '\u200B');
        return Ascii.IsValid(trimmed)
            ? trimmed
            : trimmed.Replace('\u017F', 's').Replace('\u212A', 'k').Replace('\u0131', 'i').Replace('\u0130', 'i');
    }

    // Reads every string once: half a surrogate pair shows only then.
    private static void Walk(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    _ = property.Name;
                    Walk(property.Value);
                }
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in element.EnumerateArray()) Walk(item);
                break;
            case JsonValueKind.String:
                _ = element.GetString();
                break;
        }
    }
}

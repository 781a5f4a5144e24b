using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;

namespace Gateway.Http;

/// <summary>A JSON object from a request body, read strictly: what could be read in two ways is refused, and an error
/// names the field.</summary>
internal sealed class JsonBody : IDisposable
{
    /// <summary>Bytes. A revocation of the longest token fits many times over.</summary>
    private const int Limit = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly JsonDocument? _document;
    private readonly JsonElement _root;

    private JsonBody(JsonDocument? document, JsonElement root, string[] known)
    {
        _document = document;
        _root = root;
        foreach (JsonProperty property in root.EnumerateObject())
            if (!known.Contains(Name(property)))
                throw CallRefusedException.BadRequest(
                    $"The field '{Short(property.Name)}' is not known here. Known: {string.Join(", ", known)}.");
    }

    /// <param name="shape">Its members are the fields that are known: the same as in the API document.</param>
    /// <exception cref="CallRefusedException">400, 413 or 415.</exception>
    public static Task<JsonBody> ReadAsync(HttpContext context, JsonTypeInfo shape)
        => ReadAsync(context, [.. shape.Properties.Select(property => property.Name)]);

    /// <exception cref="CallRefusedException">400, 413 or 415.</exception>
    public static async Task<JsonBody> ReadAsync(HttpContext context, params string[] known)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out MediaTypeHeaderValue? type)
            || !type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            throw new CallRefusedException(
                StatusCodes.Status415UnsupportedMediaType, "Send the body as Content-Type: application/json, in UTF-8.");
        if (context.Request.ContentLength > Limit) throw TooLarge();

        byte[] buffer = ArrayPool<byte>.Shared.Rent(Limit + 1);
        try
        {
            Memory<byte> whole = buffer.AsMemory(0, Limit + 1);
            int length = await context.Request.Body.ReadAtLeastAsync(whole, whole.Length, throwOnEndOfStream: false,
                context.RequestAborted);
            if (length > Limit) throw TooLarge();
            // Parsed from a copy, because the document goes on reading it.
            JsonDocument document = JsonDocument.Parse(buffer.AsSpan(0, length).ToArray(), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return new JsonBody(document, document.RootElement, known);
            document.Dispose();
            throw CallRefusedException.BadRequest("The body must be a JSON object.");
        }
        catch (JsonException error)
        {
            string duplicate = error.Message.Contains("uplicate", StringComparison.Ordinal)
                ? "a field is there twice" : $"it is broken at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}";
            throw CallRefusedException.BadRequest($"The body is not one JSON object: {duplicate}.");
        }
        catch (InvalidOperationException)
        {
            // Where it looks for repeated names, the parser does read them.
            throw NameNotText();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    // The parser leaves names as they are: bytes that are no UTF-8 and halves of surrogates show when they are read.
    private static string Name(JsonProperty property)
    {
        try { return property.Name; }
        catch (InvalidOperationException) { throw NameNotText(); }
    }

    private static CallRefusedException NameNotText() => CallRefusedException.BadRequest("The name of a field is not text.");

    /// <summary>Gives a string that is not empty, of at most so many characters; null when the field is absent.</summary>
    public string? String(string name, int limit)
    {
        if (!_root.TryGetProperty(name, out JsonElement value)) return null;
        string text = Text(value, name);
        if (text.Length == 0) throw CallRefusedException.BadRequest($"'{name}' is empty.");
        return text.Length <= limit ? text : throw CallRefusedException.BadRequest($"'{name}' is longer than {limit} characters.");
    }

    public bool? Bool(string name) => !_root.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw CallRefusedException.BadRequest($"'{name}' must be true or false.");

    /// <summary>Gives a whole number that is not negative; null when the field is absent.</summary>
    public int? Count(string name) => !_root.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int count) && count >= 0 ? count
        : throw CallRefusedException.BadRequest($"'{name}' must be a whole number, 0 to {int.MaxValue}.");

    /// <summary>Gives an instant with its offset (RFC 3339): without one nobody can tell what it means.</summary>
    public DateTimeOffset? Instant(string name) => String(name, 64) is not { } text ? null
        : Instants.TryParse(text, out DateTimeOffset instant) ? instant
        : throw CallRefusedException.BadRequest($"'{name}' must be an instant like 2026-01-31T12:00:00Z, before the year 9000.");

    /// <summary>Gives an object within it; null when the field is absent.</summary>
    public JsonBody? Object(string name, params string[] known) => !_root.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind == JsonValueKind.Object ? new JsonBody(null, value, known)
        : throw CallRefusedException.BadRequest($"'{name}' must be an object.");

    /// <summary>Gives an object of strings, or of lists of strings, by name; empty when the field is absent.</summary>
    public IEnumerable<KeyValuePair<string, string>> Pairs(string name)
    {
        if (!_root.TryGetProperty(name, out JsonElement value)) yield break;
        if (value.ValueKind != JsonValueKind.Object) throw CallRefusedException.BadRequest($"'{name}' must be an object.");
        foreach (JsonProperty property in value.EnumerateObject())
        {
            IEnumerable<JsonElement> items =
                property.Value.ValueKind == JsonValueKind.Array ? property.Value.EnumerateArray() : [property.Value];
            foreach (JsonElement item in items) yield return new(Name(property), Text(item, Short(Name(property))));
        }
    }

    public void Dispose() => _document?.Dispose();

    private static string Text(JsonElement value, string name)
    {
        if (value.ValueKind != JsonValueKind.String) throw CallRefusedException.BadRequest($"'{name}' must be a string.");
        try { return value.GetString()!; }
        catch (InvalidOperationException) { throw CallRefusedException.BadRequest($"'{name}' is not well-formed Unicode."); }
    }

    private static CallRefusedException TooLarge() => new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {Limit} bytes.");

    private static string Short(string name) => name.Length <= 64 ? name : name[..64] + "…";
}

using System.Buffers;
using System.Text.Json;
using Microsoft.Net.Http.Headers;

namespace Gateway.Http;

/// <summary>A JSON object from a request body, read strictly: what could be read in two ways is refused, and an error
/// names the field.</summary>
internal sealed class JsonBody : IDisposable
{
    /// <summary>Bytes. A revocation of the longest token fits many times over.</summary>
    private const int Limit = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    private readonly JsonDocument _document;
    private readonly HashSet<string> _known;

    private JsonBody(JsonDocument document, IEnumerable<string> known)
    {
        _document = document;
        _known = [.. known];
        foreach (JsonProperty property in document.RootElement.EnumerateObject())
            if (!_known.Contains(property.Name))
                throw CallRefusedException.BadRequest($"The field '{Short(property.Name)}' is not known here. Known: {string.Join(", ", _known)}.");
    }

    /// <exception cref="CallRefusedException">400, 413 or 415.</exception>
    public static async Task<JsonBody> Read(HttpContext context, params string[] known)
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
            int length = await context.Request.Body.ReadAtLeastAsync(whole, whole.Length, throwOnEndOfStream: false, context.RequestAborted);
            if (length > Limit) throw TooLarge();
            // Parsed from a copy, because the document goes on reading it.
            JsonDocument document = JsonDocument.Parse(buffer.AsSpan(0, length).ToArray(), Strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return new JsonBody(document, known);
            document.Dispose();
            throw CallRefusedException.BadRequest("The body must be a JSON object.");
        }
        catch (JsonException error)
        {
            string duplicate = error.Message.Contains("uplicate", StringComparison.Ordinal)
                ? "a field is there twice" : $"it is broken at line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}";
            throw CallRefusedException.BadRequest($"The body is not one JSON object: {duplicate}.");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    /// <summary>A string that is not empty, of at most so many characters; null when the field is absent.</summary>
    public string? String(string name, int limit)
    {
        if (!_document.RootElement.TryGetProperty(name, out JsonElement value)) return null;
        if (value.ValueKind != JsonValueKind.String) throw CallRefusedException.BadRequest($"'{name}' must be a string.");
        string text;
        try { text = value.GetString()!; }
        catch (InvalidOperationException) { throw CallRefusedException.BadRequest($"'{name}' is not well-formed Unicode."); }
        if (text.Length == 0) throw CallRefusedException.BadRequest($"'{name}' is empty.");
        return text.Length <= limit ? text : throw CallRefusedException.BadRequest($"'{name}' is longer than {limit} characters.");
    }

    public bool? Bool(string name) => !_document.RootElement.TryGetProperty(name, out JsonElement value) ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw CallRefusedException.BadRequest($"'{name}' must be true or false.");

    /// <summary>An instant with its offset (RFC 3339): without one nobody can tell what it means.</summary>
    public DateTimeOffset? Instant(string name) => String(name, 64) is not { } text ? null
        : Instants.TryParse(text, out DateTimeOffset instant) ? instant
        : throw CallRefusedException.BadRequest($"'{name}' must be an instant like 2026-01-31T12:00:00Z, before the year 9000.");

    public void Dispose() => _document.Dispose();

    private static CallRefusedException TooLarge() => new(StatusCodes.Status413PayloadTooLarge, $"The body is larger than {Limit} bytes.");

    private static string Short(string name) => name.Length <= 64 ? name : name[..64] + "…";
}

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Dialects.Ory;

/// <summary>JSON as Go's encoder writes it.</summary>
internal static class OryJson
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Escapes as Go does what could end a script element; these bytes stand in strings only.</summary>
    public static byte[] Escape(byte[] json)
    {
        if (json.AsSpan().IndexOfAny("<>&"u8) < 0) return json;
        return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json)
            .Replace("<", "\\u003c", StringComparison.Ordinal)
            .Replace(">", "\\u003e", StringComparison.Ordinal)
            .Replace("&", "\\u0026", StringComparison.Ordinal));
    }

    public static async Task WriteAsync(DialectCall call, JsonNode document)
    {
        byte[] body = [.. Escape(JsonSerializer.SerializeToUtf8Bytes(document, Plain)), (byte)'\n'];
        call.Response.StatusCode = StatusCodes.Status200OK;
        call.Response.ContentType = "application/json; charset=utf-8";
        call.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(call.Request.Method)) await call.Response.Body.WriteAsync(body);
    }

    public static Task NoContentAsync(DialectCall call)
    {
        call.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gateway.Dialects.Ory;

/// <summary>Pages by offset, with Kratos' parameters and headers: <c>page</c> and <c>per_page</c>, or <c>page_token</c> and
/// <c>page_size</c>. What cannot be read is its default, as there.</summary>
internal readonly record struct OryPaging(int Page, int Size)
{
    private const int DefaultSize = 250;
    private const int MaxSize = 1000;

    public static OryPaging Of(HttpRequest request)
    {
        bool tokens = request.Query.ContainsKey("page_token") || request.Query.ContainsKey("page_size");
        int size = Math.Clamp(Number(request.Query[tokens ? "page_size" : "per_page"]) ?? DefaultSize, 1, MaxSize);
        long page = tokens ? Decode(request.Query["page_token"]) / size : Number(request.Query["page"]) ?? 0;
        return new((int)Math.Clamp(page, 0, int.MaxValue), size);
    }

    /// <summary>How many items come before the end of the page.</summary>
    public long End => (long)Page * Size + Size;

    public IEnumerable<T> Of<T>(IReadOnlyCollection<T> items) => items.Skip((int)Math.Min((long)Page * Size, int.MaxValue)).Take(Size);

    public void WriteHeaders(DialectCall call, int total)
    {
        call.Response.Headers["X-Total-Count"] = total.ToString(CultureInfo.InvariantCulture);
        call.Response.Headers.Link = string.Join(',', Links(call.Request, total));
    }

    private IEnumerable<string> Links(HttpRequest request, int total)
    {
        long size = Size;
        long offset = (long)Page * size;
        long last = total % size == 0 ? total - size : total / size * size;
        long next = (Page + 1L) * size;
        long previous = (Page - 1L) * size;
        if (total == 0) return [Link(request, "first", size, 0), Link(request, "next", size, next), Link(request, "prev", size, previous)];
        if (total <= size && offset >= last) return [Link(request, "first", total, 0)];
        if (offset >= last) return [Link(request, "first", size, 0), Link(request, "prev", size, last - size)];
        if (offset < size) return [Link(request, "next", size, size), Link(request, "last", size, last)];
        return [Link(request, "first", size, 0), Link(request, "next", size, next), Link(request, "prev", size, previous),
            Link(request, "last", size, last)];
    }

    private static string Link(HttpRequest request, string relation, long size, long offset) => string.Create(CultureInfo.InvariantCulture,
        $"<{Address(request)}?page={offset / size}&page_size={size}&page_token={Encode(offset)}&per_page={size}>; rel=\"{relation}\"");

    /// <summary>Gives scheme, host and path of the request: its own listener's, since nothing else is known to be reachable.</summary>
    public static string Address(HttpRequest request)
        => $"{request.Scheme}://{request.Host.ToUriComponent()}{request.Path.ToUriComponent()}";

    private static string Encode(long offset)
        => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{{\"offset\":\"{offset}\",\"v\":2}}")));

    private static long Decode(string? token)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(Base64Url.DecodeFromChars(token));
            return document.RootElement.TryGetProperty("offset", out JsonElement offset)
                && long.TryParse(offset.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
                ? Math.Max(0, value)
                : 0;
        }
        catch (Exception error) when (error is FormatException or JsonException or InvalidOperationException)
        {
            return 0;
        }
    }

    private static int? Number(string? text)
        => int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) ? value : null;
}

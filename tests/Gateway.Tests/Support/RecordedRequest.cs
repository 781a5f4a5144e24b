using Microsoft.AspNetCore.Http;

namespace Gateway.Tests.Support;

/// <summary>A request as the backend got it.</summary>
/// <param name="At">Monotonic timestamp of its arrival (<see cref="TimeProvider.GetTimestamp"/> of the system).</param>
internal sealed record RecordedRequest(
    long At, DateTimeOffset Time, string Method, string Target, string Path, string Query, string Protocol,
    IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    /// <summary>A header's values joined as they came, or null when it is absent.</summary>
    public string? this[string header]
    {
        get
        {
            string[] values = [.. Headers.Where(h => h.Key.Equals(header, StringComparison.OrdinalIgnoreCase)).Select(h => h.Value)];
            return values.Length == 0 ? null : string.Join(", ", values);
        }
    }

    public string? Authorization => this["Authorization"];

    public static RecordedRequest From(HttpContext context) => new(
        TimeProvider.System.GetTimestamp(), TimeProvider.System.GetUtcNow(),
        context.Request.Method,
        context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpRequestFeature>()!.RawTarget,
        context.Request.Path.Value ?? "", context.Request.QueryString.Value ?? "", context.Request.Protocol,
        [.. context.Request.Headers.SelectMany(h => h.Value.Select(value => KeyValuePair.Create(h.Key, value ?? "")))]);
}

using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Primitives;

namespace Gateway.Http;

/// <summary>
/// How long a request's target and headers may be. Kestrel would cut a longer one off with a bare status; it is let in a
/// little further, so that the answer can say what is wrong. What <c>Kestrel:Limits</c> sets counts.
/// </summary>
/// <param name="Target">Characters; default 16 KB.</param>
/// <param name="Headers">Characters of all names and values; default 32 KB, as Kestrel's own.</param>
/// <param name="Count">Header lines; default 100, as Kestrel's own.</param>
internal sealed record RequestLimits(int Target, int Headers, int Count)
{
    private const int LetIn = 256 * 1024;
    private const int LetInCount = 2000;

    public static readonly Refusal TargetTooLong =
        new(StatusCodes.Status414UriTooLong, "The path and the query are too long. Send long values in the body.");
    public static readonly Refusal HeadersTooLong =
        new(StatusCodes.Status431RequestHeaderFieldsTooLarge, "The headers are too long together. Send fewer or shorter ones.");

    public bool IsTargetTooLong(HttpContext context) => context.Features.Get<IHttpRequestFeature>()?.RawTarget.Length > Target;

    /// <summary>Checks on its own, where nothing else looks at the headers.</summary>
    public bool AreHeadersTooLong(IHeaderDictionary headers)
    {
        HeaderTally tally = default;
        foreach ((string name, StringValues values) in headers)
            foreach (string? value in values) tally.Add(name, value ?? "");
        return tally.Exceeds(this);
    }

    public static RequestLimits From(IConfiguration configuration)
    {
        IConfigurationSection limits = configuration.GetSection("Kestrel:Limits");
        return new(
            limits.GetValue(nameof(KestrelServerLimits.MaxRequestLineSize), 16 * 1024),
            limits.GetValue(nameof(KestrelServerLimits.MaxRequestHeadersTotalSize), 32 * 1024),
            limits.GetValue(nameof(KestrelServerLimits.MaxRequestHeaderCount), 100));
    }

    /// <summary>Sets these before the configured limits are read, which win.</summary>
    public static void LetMoreIn(KestrelServerLimits limits)
    {
        limits.MaxRequestLineSize = LetIn;
        limits.MaxRequestHeadersTotalSize = LetIn;
        limits.MaxRequestHeaderCount = LetInCount;
        limits.MaxRequestBufferSize = Math.Max(limits.MaxRequestBufferSize ?? 0, 2 * LetIn);
        limits.Http2.MaxRequestHeaderFieldSize = LetIn;
    }
}

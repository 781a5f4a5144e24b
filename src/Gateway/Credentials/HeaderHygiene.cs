using System.Text;
using Gateway.Http;
using Gateway.Realms;
using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>
/// One pass over the headers of every request, whatever its route: values outside ASCII are refused where a credential may stand,
/// names that override the method or the path (reading rule 16) and names that are ours to set (rule 18) are
/// removed; so is a name that some server takes for one of framing, of this connection, of forwarding or of identity (rule 4).
/// </summary>
internal sealed class HeaderHygiene
{
    private static readonly string[] OverridingMethod = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];

    private static readonly HashSet<string> Removed = new(StringComparer.OrdinalIgnoreCase)
    {
        IdentityHeaders.SessionId, IdentityHeaders.Subject, IdentityHeaders.Realm,
        OverridingMethod[0], OverridingMethod[1], OverridingMethod[2],
        // The same for the path: servers that honour these would answer another one than was matched.
        "X-Original-URL", "X-Rewrite-URL",
        // What reading X-Forwarded-* of a trusted proxy leaves behind.
        "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Original-Prefix",
    };

    // RFC 9112 section 6 and RFC 9110 section 7.6: a server that takes another sign for the hyphen would read another message, or
    // another body, than was forwarded.
    private static readonly string[] OfFraming =
    [
        "Transfer-Encoding", "Content-Length", "Content-Type", "Content-Encoding", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate",
        "Proxy-Authorization",
        "Proxy-Authentication-Info", "HTTP2-Settings", "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Sec-WebSocket-Protocol",
        "Sec-WebSocket-Extensions",
    ];

    private readonly HashSet<string> _onlyExactly = new(OfFraming, StringComparer.OrdinalIgnoreCase);

    // Credentials and what goes with them to an application that is asked about them. A cookie's value is looked at by itself.
    private readonly HashSet<string> _onlyAscii = new(StringComparer.OrdinalIgnoreCase) { "Host", "Authorization" };

    private readonly RequestLimits _limits;

    public HeaderHygiene(RealmSet realms, RequestLimits limits)
    {
        _limits = limits;
        foreach (string companion in realms.All.SelectMany(realm => realm.Tokens.Companions).Select(companion => companion.Header))
        {
            _onlyExactly.Add(OddHeaderNames.Hyphenated(companion));
            if (!companion.Equals("Cookie", StringComparison.OrdinalIgnoreCase)) _onlyAscii.Add(OddHeaderNames.Hyphenated(companion));
        }
        foreach (CredentialLocation location in realms.All.SelectMany(realm => realm.Locations))
            if (location.Kind == CredentialLocationKind.Header) _onlyAscii.Add(OddHeaderNames.Hyphenated(location.Name));
    }

    /// <summary>Tells whether a header of that name is removed from every request, so that no credential can be configured there.</summary>
    public static bool Takes(string name)
    {
        string hyphens = OddHeaderNames.Hyphenated(name);
        return Removed.Contains(hyphens) || IsForwarded(hyphens);
    }

    /// <summary>Tells what the answer is to be when something is wrong, or null.</summary>
    /// <param name="trusted">The request comes from a configured proxy, whose X-Forwarded-* stay.</param>
    public Refusal? Clean(HttpContext context, bool trusted)
    {
        HeaderTally tally = default;
        List<string>? removed = null;
        List<string>? odd = null;
        foreach ((string name, StringValues values) in context.Request.Headers)
        {
            foreach (string? value in values)
            {
                if (value is null) continue;
                tally.Add(name, value);
                if (Ascii.IsValid(value)) continue;
                if (!Ascii.IsValid(name) || _onlyAscii.Contains(OddHeaderNames.Hyphenated(name)))
                    return Refusal.BadRequest($"The header {Printable(name)} holds characters outside ASCII. Encode them.");
            }
            bool isOdd = OddHeaderNames.IsOdd(name);
            if (!isOdd && (name[0] | 0x20) is not ('x' or 'f')) continue;
            string hyphens = isOdd ? OddHeaderNames.Hyphenated(name) : name;
            if (Removed.Contains(hyphens) || (!trusted && IsForwarded(hyphens))) (removed ??= []).Add(name);
            else if (isOdd && _onlyExactly.Contains(hyphens)) (removed ??= []).Add(name);
            else if (isOdd) (odd ??= []).Add(name);
        }
        if (tally.Exceeds(_limits)) return RequestLimits.HeadersTooLong;
        if (removed is not null) Remove(context, removed);
        if (odd is not null) context.Features.Set(new OddHeaderNames(odd));
        return null;
    }

    public static bool OverridesMethod(string name)
        => Array.Exists(OverridingMethod, one => one.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Gives a name of a fixed set for one that is taken out, and what to do if it is meant.</summary>
    public static (string Name, string Cure) Known(string name)
    {
        if (IsForwarded(name)) return ("X-Forwarded-*", "If a proxy of yours sent it, name that in Gateway:Enforcement:TrustedProxies.");
        if (!Removed.TryGetValue(name, out string? known))
            return ("of another spelling", "Some servers would take it for one that HTTP or the gateway uses.");
        return (known, OverridesMethod(name) ? "MethodOverride: Allow in the route's Metadata lets it through."
            : IdentityHeaders.Are(name) ? "IdentityHeaders: Allow in the route's Metadata lets it through."
                : "It would have the application answer another address than was matched.");
    }

    // Before the route is looked up, so that none of them can have led to it.
    private static void Remove(HttpContext context, List<string> names)
    {
        DroppedHeaders dropped = new();
        foreach (string name in names)
        {
            dropped.Add(name, context.Request.Headers[name]);
            context.Request.Headers.Remove(name);
        }
        context.Features.Set(dropped);
    }

    private static bool IsForwarded(string name)
        => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || name.Equals("X-Forwarded", StringComparison.OrdinalIgnoreCase);

    private static string Printable(string name) => Ascii.IsValid(name) ? name : "with a name outside ASCII";
}

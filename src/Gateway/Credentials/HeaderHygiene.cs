using System.Text;
using Gateway.Http;
using Gateway.Realms;
using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>
/// One pass over the headers of every request, whatever its route: values outside ASCII are refused (they could not be
/// forwarded), names that override the method or the path (reading rule 16) and names that are ours to set (rule 18) are
/// removed, and Connection may not have a credential removed behind our back (rule 18).
/// </summary>
internal sealed class HeaderHygiene
{
    private static readonly HashSet<string> Removed = new(StringComparer.OrdinalIgnoreCase)
    {
        IdentityHeaders.SessionId, IdentityHeaders.Subject, IdentityHeaders.Realm,
        "X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override",
        // The same for the path: servers that honour these would answer another one than was matched.
        "X-Original-URL", "X-Rewrite-URL",
        // What reading X-Forwarded-* of a trusted proxy leaves behind.
        "X-Original-For", "X-Original-Host", "X-Original-Proto", "X-Original-Prefix",
    };

    private readonly HashSet<string> _notHopByHop;

    private readonly RequestLimits _limits;

    public HeaderHygiene(RealmSet realms, RequestLimits limits)
    {
        _limits = limits;
        _notHopByHop = new(Removed, StringComparer.OrdinalIgnoreCase) { "Authorization", "Cookie", "Host", "Forwarded" };
        foreach (Realm realm in realms.All)
        {
            foreach (CredentialLocation location in realm.Locations)
                if (location.Kind == CredentialLocationKind.Header) _notHopByHop.Add(UnderscoreHeaders.Hyphenated(location.Name));
            foreach (string companion in realm.Tokens.Companions) _notHopByHop.Add(UnderscoreHeaders.Hyphenated(companion));
        }
    }

    /// <summary>Whether a header of that name is removed from every request, so that no credential can be configured there.</summary>
    public static bool Takes(string name)
    {
        string hyphens = UnderscoreHeaders.Hyphenated(name);
        return Removed.Contains(hyphens) || IsForwarded(hyphens);
    }

    /// <summary>What the answer is to be when something is wrong, or null.</summary>
    /// <param name="trusted">The request comes from a configured proxy, whose X-Forwarded-* stay.</param>
    public Refusal? Clean(HttpContext context, bool trusted)
    {
        HeaderTally tally = default;
        List<string>? removed = null;
        List<string>? underscores = null;
        foreach ((string name, StringValues values) in context.Request.Headers)
        {
            foreach (string? value in values)
            {
                if (value is null) continue;
                tally.Add(name, value);
                if (!Ascii.IsValid(value)) return Refusal.BadRequest($"The header {Printable(name)} holds characters outside ASCII. Encode them.");
            }
            bool underscored = UnderscoreHeaders.Has(name);
            if (!underscored && (name[0] | 0x20) is not ('x' or 'f' or 'c')) continue;
            string hyphens = underscored ? UnderscoreHeaders.Hyphenated(name) : name;
            if (Removed.Contains(hyphens) || (!trusted && IsForwarded(hyphens))) (removed ??= []).Add(name);
            else if (underscored) (underscores ??= []).Add(name);
            else if (name.Equals("Connection", StringComparison.OrdinalIgnoreCase) && NamesEndToEnd(values)) return Refusal.BadRequest("Connection names a header that is not for this connection only. Leave it out.");
        }
        if (tally.Exceeds(_limits)) return RequestLimits.HeadersTooLong;
        if (removed is not null) foreach (string name in removed) context.Request.Headers.Remove(name);
        if (underscores is not null) context.Features.Set(new UnderscoreHeaders(underscores));
        return null;
    }

    private static bool IsForwarded(string name)
        => name.StartsWith("X-Forwarded-", StringComparison.OrdinalIgnoreCase) || name.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || name.Equals("X-Forwarded", StringComparison.OrdinalIgnoreCase);

    // RFC 9110 section 7.6.1: what Connection names goes no further than the next server.
    private bool NamesEndToEnd(StringValues values)
    {
        foreach (string? value in values)
        {
            foreach (Range range in value.AsSpan().Split(','))
            {
                ReadOnlySpan<char> option = value.AsSpan()[range].Trim(" \t\"");
                if (option.Equals("keep-alive", StringComparison.OrdinalIgnoreCase) || option.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)) continue;
                string name = UnderscoreHeaders.Hyphenated(option.ToString());
                if (_notHopByHop.Contains(name) || IsForwarded(name)) return true;
            }
        }
        return false;
    }

    private static string Printable(string name) => Ascii.IsValid(name) ? name : "with a name outside ASCII";
}

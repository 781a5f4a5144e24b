using System.Globalization;
using System.Text;
using Gateway.Revocation;

namespace Gateway.Credentials;

/// <summary>What a backend is told of the session, on routes with <c>ForwardIdentity</c>. Whatever the client sent under
/// these names was removed when the request was read.</summary>
internal static class IdentityHeaders
{
    public const string SessionId = "X-Session-Id";
    public const string Subject = "X-Session-Subject";
    public const string Realm = "X-Session-Realm";

    public static bool Are(string name)
        => name.Equals(SessionId, StringComparison.OrdinalIgnoreCase) || name.Equals(Subject, StringComparison.OrdinalIgnoreCase)
        || name.Equals(Realm, StringComparison.OrdinalIgnoreCase);

    /// <summary>Sets the first of several identities.</summary>
    public static void Set(IHeaderDictionary headers, IReadOnlyList<SessionIdentity> identities)
    {
        if (identities.Count == 0) return;
        SessionIdentity identity = identities[0];
        if (identity.SessionId is { } id) headers[SessionId] = Escape(id);
        if (identity.Subject is { } subject) headers[Subject] = Escape(subject);
        headers[Realm] = identity.Realm;
    }

    /// <summary>Percent-encodes (RFC 3986, UTF-8) what a header value cannot carry, and the percent sign itself, so that
    /// no two ids look alike to a backend.</summary>
    public static string Escape(string value)
    {
        if (!value.AsSpan().ContainsAnyExceptInRange('!', '~') && !value.Contains('%')) return value;
        StringBuilder escaped = new(value.Length + 16);
        foreach (byte b in Encoding.UTF8.GetBytes(value))
        {
            if (b is > 0x20 and < 0x7F and not (byte)'%') escaped.Append((char)b);
            else escaped.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        return escaped.ToString();
    }
}

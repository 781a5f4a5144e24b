using System.Globalization;
using Gateway.Revocation;

namespace Gateway.Cluster.Redis;

/// <summary>
/// Keys for other programs that want to know what is revoked, as in <c>PREFIX:revoked:session:REALM:ID</c>. They exist while a
/// revocation acts. The value has a line for each such revocation: its id, and for a cut-off also the instant up to which
/// (milliseconds since 1970) and the session that it spares. Of more than sixteen those of the latest instants stand there.
/// </summary>
internal static class Markers
{
    public static (string Key, string Line) Of(string prefix, Fact.Revocation revocation)
    {
        string id = revocation.Id.ToString("N");
        return revocation.Target switch
        {
            // Acts only on a session of that subject: a marker of its own, which does not say that the session is revoked.
            Target.Session { OfSubject: { } subject } target => 
                ($"{prefix}:revoked:session-of:{target.InRealm}:{Escaped(subject)}:{target.Id}", id),
            Target.Session target => ($"{prefix}:revoked:session:{target.InRealm}:{target.Id}", id),
            Target.Token target => ($"{prefix}:revoked:token:{target.InRealm}:{target.Id}", id),
            Target.Subject target =>
                ($"{prefix}:revoked:subject:{target.InRealm}:{target.Id}", CutOff(id, target.Before, target.ExceptSession)),
            Target.Client target => ($"{prefix}:revoked:client:{target.InRealm}:{target.Id}", CutOff(id, target.Before, null)),
            Target.Realm target => ($"{prefix}:revoked:realm:{target.InRealm}", CutOff(id, target.Before, null)),
            _ => throw new NotSupportedException(revocation.Target.GetType().Name),
        };
    }

    // So that the subject ends at the first colon.
    private static string Escaped(string subject) => subject.Replace("%", "%25").Replace(":", "%3A");

    // The script puts the log's own time for @. A line break inside an id would begin a line of its own.
    private static string CutOff(string id, DateTimeOffset? before, string? except)
        => $"{id} {before?.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture) ?? "@"}{(except is null ? "" : " " + Uri.EscapeDataString(except))}";
}

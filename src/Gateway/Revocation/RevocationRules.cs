using System.Text;

namespace Gateway.Revocation;

/// <summary>Says which revocations can be recorded, whoever asks for them.</summary>
internal static class RevocationRules
{
    /// <summary>Bytes of UTF-8.</summary>
    public const int LongestId = 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="InvalidRevocationException">One is broken.</exception>
    /// <param name="realms">Names of the realms that there are.</param>
    /// <param name="allowFuture">Whether a cut-off may lie in the future.</param>
    public static void Check(Target target, IReadOnlyCollection<string> realms, bool allowFuture, DateTimeOffset now)
    {
        if (!realms.Contains(target.InRealm))
            throw new InvalidRevocationException(
                $"There is no such realm. Configured: {(realms.Count == 0 ? "none" : string.Join(", ", realms))}.");
        if (target.NamedId is { } id) CheckId(id, "The id");
        switch (target)
        {
            case Target.Session { OfSubject: { } subject }:
                CheckId(subject, "The subject");
                break;
            case Target.Subject { ExceptSession: { } except }:
                CheckId(except, "The session that is spared");
                break;
        }
        // Rule R13: a cut-off in the future ends sessions that do not exist yet.
        if (BeforeOf(target) > now && !allowFuture)
            throw new InvalidRevocationException(
                "'before' is in the future: sessions that do not exist yet would be ended. Set allowFuture if that is meant.");
    }

    /// <summary>Gives the cut-off that a target names; null where it names none.</summary>
    public static DateTimeOffset? BeforeOf(Target target) => target switch
    {
        Target.Subject subject => subject.Before,
        Target.Client client => client.Before,
        Target.Realm realm => realm.Before,
        _ => null,
    };

    /// <summary>Tells whether a revocation could name this id; an id that a token does not have needs no name.</summary>
    public static bool IsNameable(string? id)
        => id is null || (id.Length > 0 && (id.Length * 3 <= LongestId || Encoding.UTF8.GetByteCount(id) <= LongestId));

    private static void CheckId(string id, string what)
    {
        int bytes;
        try
        {
            bytes = Strict.GetByteCount(id);
        }
        catch (EncoderFallbackException)
        {
            // Half a surrogate pair has no bytes of its own: another id would be stored in its place.
            throw new InvalidRevocationException($"{what} is not valid Unicode.");
        }
        if (bytes is 0 or > LongestId) throw new InvalidRevocationException($"{what} must have 1 to {LongestId} bytes.");
    }
}

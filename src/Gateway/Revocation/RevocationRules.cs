using System.Text;
using Gateway.Configuration;

namespace Gateway.Revocation;

/// <summary>The request is not one that can be recorded. The message says what is wrong and how to put it right; it repeats nothing that was sent.</summary>
internal sealed class InvalidRevocationException(string message) : ArgumentException(message);

/// <summary>What every request must keep, whichever door it came through.</summary>
internal static class RevocationRules
{
    /// <summary>Bytes of UTF-8.</summary>
    public const int LongestId = 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <exception cref="InvalidRevocationException">One is broken.</exception>
    public static void Check(RevocationRequest request, GatewayOptions options, DateTimeOffset now)
    {
        if (!options.Realms.ContainsKey(request.Target.InRealm))
            throw new InvalidRevocationException("There is no such realm. Configured: " + (options.Realms.Count == 0 ? "none" : string.Join(", ", options.Realms.Keys)) + ".");
        if (request.Target.NamedId is { } id) CheckId(id, "The id");
        switch (request.Target)
        {
            case Target.Session { OfSubject: { } subject }:
                CheckId(subject, "The subject");
                break;
            case Target.Subject { ExceptSession: { } except }:
                CheckId(except, "The session that is spared");
                break;
        }
        // Rule R13: a cut-off in the future ends sessions that do not exist yet.
        if (BeforeOf(request.Target) > now && !request.AllowFuture)
            throw new InvalidRevocationException("'before' is in the future: sessions that do not exist yet would be ended. Set allowFuture if that is meant.");
    }

    /// <summary>The cut-off that a target names; null where it names none.</summary>
    public static DateTimeOffset? BeforeOf(Target target) => target switch
    {
        Target.Subject subject => subject.Before,
        Target.Client client => client.Before,
        Target.Realm realm => realm.Before,
        _ => null,
    };

    /// <summary>Whether a revocation could name this id; an id that a token does not have needs no name.</summary>
    public static bool IsNameable(string? id) => id is null || (id.Length > 0 && (id.Length * 3 <= LongestId || Encoding.UTF8.GetByteCount(id) <= LongestId));

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

using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Management;

/// <summary>What a caller asks to end, read and checked.</summary>
/// <param name="Target">The target.</param>
/// <param name="Also">A second target where the text may be a token or a token's fingerprint; null otherwise.</param>
internal sealed record RevocationBody(Target Target, Target? Also, string? Reason, DateTimeOffset? Expires, bool AllowFuture, int? Confirm)
{
    /// <summary>Characters. Longer ids fit no header that carried them.</summary>
    private const int IdLimit = 4096;
    private const int TokenLimit = 16 * 1024;
    private const int ReasonLimit = 1000;

    private static readonly string[] Targets = ["session", "token", "subject", "client", "everything"];

    /// <exception cref="CallRefusedException">With what is wrong and the cure.</exception>
    public static async Task<RevocationBody> ReadAsync(HttpContext context, RealmsOptions realms, DateTimeOffset now)
    {
        using JsonBody body = await JsonBody.ReadAsync(context, ManagementJson.Default.RevocationRequestBody);
        string? session = body.String("session", IdLimit), token = body.String("token", TokenLimit),
            subject = body.String("subject", IdLimit), client = body.String("client", IdLimit);
        bool? everything = body.Bool("everything");
        if (everything == false) throw CallRefusedException.BadRequest("'everything' must be true, or absent.");
        object?[] named = [session, token, subject, client, everything];
        if (named.Count(name => name is not null) != 1)
            throw CallRefusedException.BadRequest($"Name exactly one of {string.Join(", ", Targets)}.");

        DateTimeOffset? before = body.Instant("before");
        if (before is not null && (session ?? token) is not null)
            throw CallRefusedException.BadRequest(
                "'before' goes with subject, client or everything: a session or a token has no earlier part.");
        string? except = body.String("exceptSession", IdLimit);
        if (except is not null && subject is null) throw CallRefusedException.BadRequest("'exceptSession' goes with subject.");
        DateTimeOffset? expires = body.Instant("expires");
        if (expires <= now) throw CallRefusedException.BadRequest("'expires' is in the past.");

        string realm = RealmOf(body.String("realm", 256), realms);
        Target? also = null;
        Target target = (session, token, subject, client) switch
        {
            ({ } id, _, _, _) => new Target.Session(realm, id),
            (_, { } text, _, _) => TokenTarget(realm, text, realms[realm], out also),
            (_, _, { } id, _) => new Target.Subject(realm, id, before, except),
            (_, _, _, { } id) => new Target.Client(realm, id, before),
            _ => new Target.Realm(realm, before),
        };
        return new(target, also, body.String("reason", ReasonLimit), expires, body.Bool("allowFuture") == true,
            body.Count("confirm"));
    }

    public static string RealmOf(string? named, RealmsOptions realms)
    {
        if (named is not null && realms.Keys.FirstOrDefault(realm => realm == named) is { } known) return known;
        if (named is null && realms.Count == 1) return realms.Keys.Single();
        string configured = realms.Count == 0 ? "none is configured" : string.Join(", ", realms.Keys);
        throw CallRefusedException.BadRequest(
            named is null ? $"Name the 'realm': {configured}." : $"There is no such realm. Configured: {configured}.");
    }

    /// <summary>Gives the caller sends a token's id (<c>jti</c>), the token itself, or its fingerprint (reading rule 13). A token is
    /// never stored: its fingerprint is.</summary>
    private static Target.Token TokenTarget(string realm, string text, RealmOptions options, out Target? also)
    {
        also = null;
        Target.Token asGiven = new(realm, text),
            hashed = new(realm, Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text))));
        if (text.Count(character => character == '.') == 2 && text.StartsWith("ey", StringComparison.Ordinal)) return hashed;
        if (options.Jwt is not null)
            return text.Length <= IdLimit
                ? asGiven
                : throw CallRefusedException.BadRequest($"'token' is neither a JWT nor an id of at most {IdLimit} characters.");
        // 43 characters of base64url are a fingerprint, or a token of 256 random bits: both are refused from now on, for
        // nothing else can be meant by either.
        if (IsFingerprint(text)) also = asGiven;
        return hashed;
    }

    private static bool IsFingerprint(string text) => text.Length == 43 && Base64Url.IsValid(text);
}

using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>
/// Ties the identities that come from one sign-in, by what its tokens share: an <c>origin_jti</c>, or <c>auth_time</c> with subject and
/// client. What is tied has one id: it is the session of a token that names none of its own, and stands beside the session of one that
/// does. Ending either ends all that is tied.
/// </summary>
internal sealed class Lineage(IEnumerable<string> names)
{
    private readonly ClaimName[] _names = [.. names.Select(name => new ClaimName(name))];

    public IEnumerable<ClaimName> Names => _names;

    public bool Any => _names.Length > 0;

    /// <summary>Gives the id; null where one of the values is absent, or no text or number.</summary>
    public string? Of(JsonElement claims)
    {
        if (_names.Length == 0) return null;
        StringBuilder shared = new();
        foreach (ClaimName name in _names)
        {
            string? value = name.In(claims) switch
            {
                { ValueKind: JsonValueKind.String } text => text.GetString(),
                { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
                _ => null,
            };
            if (value is not { Length: > 0 }) return null;
            shared.Append(CultureInfo.InvariantCulture, $"{name.Text.Length}:{name.Text}{value.Length}:{value}");
        }
        return "lineage." + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(shared.ToString())));
    }

    /// <summary>Gives the session of a token: the lineage's where the token names none but itself.</summary>
    /// <param name="token">The token's own id.</param>
    public static string? SessionOf(string? lineage, string? session, string? token)
        => lineage is not null && (session is null || session == token) ? lineage : session;

    /// <summary>Gives what else a token counts as: its lineage where it has a session of its own, and else the id by which it would be a
    /// session without.</summary>
    public static ReadOnlySpan<SessionIdentity> Beside(SessionIdentity identity, string? session)
        => identity.Lineage is not { } lineage ? []
            : identity.SessionId != lineage ? new[] { identity.Under(lineage) }
            : session is not null ? new[] { identity.Under(session) } : [];
}

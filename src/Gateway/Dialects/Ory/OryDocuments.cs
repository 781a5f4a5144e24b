using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Dialects.Ory;

/// <summary>Sessions as Kratos shows them. The gateway knows no traits and no factors, so it claims none: the lowest
/// assurance level, no methods.</summary>
internal static class OryDocuments
{
    public static JsonObject Of(SeenSession session, bool active, bool identity = true, bool devices = true)
    {
        JsonObject document = new() { ["id"] = session.Id, ["active"] = active };
        Times(document, session.ExpiresAt, session.AuthenticatedAt ?? session.FirstSeen, session.AuthenticatedAt ?? session.FirstSeen);
        if (identity && session.Subject is not null) document["identity"] = Identity(session.Subject);
        if (devices) document["devices"] = Devices(session);
        return document;
    }

    /// <summary>Gives the caller's own session.</summary>
    /// <param name="seen">What the registry adds; it may lag.</param>
    public static JsonObject Of(SessionIdentity caller, SeenSession? seen)
    {
        JsonObject document = new() { ["id"] = caller.SessionId, ["active"] = true };
        DateTimeOffset? authenticated = caller.AuthenticatedAt ?? caller.IssuedAt ?? seen?.FirstSeen;
        Times(document, caller.ExpiresAt, authenticated, caller.IssuedAt ?? authenticated);
        document["identity"] = Identity(caller.Subject!);
        document["devices"] = seen is null ? new JsonArray() : Devices(seen);
        return document;
    }

    private static void Times(JsonObject document, DateTimeOffset? expires, DateTimeOffset? authenticated, DateTimeOffset? issued)
    {
        if (expires is not null) document["expires_at"] = Rfc3339(expires.Value);
        if (authenticated is not null) document["authenticated_at"] = Rfc3339(authenticated.Value);
        document["authenticator_assurance_level"] = "aal1";
        document["authentication_methods"] = new JsonArray();
        if (issued is not null) document["issued_at"] = Rfc3339(issued.Value);
    }

    private static JsonObject Identity(string subject) => new()
    {
        ["id"] = subject,
        ["schema_id"] = "default",
        ["schema_url"] = "",
        ["state"] = "active",
        ["traits"] = new JsonObject(),
    };

    private static JsonArray Devices(SeenSession session)
    {
        // One device for each session, under an id that stays the same.
        Guid id = new(SHA256.HashData(Encoding.UTF8.GetBytes($"device\n{session.Realm}\n{session.Id}")).AsSpan(0, 16));
        return
        [
            new JsonObject { ["id"] = id.ToString(), ["ip_address"] = session.Address ?? "", ["user_agent"] = session.UserAgent ?? "",
                ["location"] = "" },
        ];
    }

    private static string Rfc3339(DateTimeOffset instant)
        => instant.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);
}

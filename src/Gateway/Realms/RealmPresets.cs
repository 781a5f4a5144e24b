namespace Gateway.Realms;

/// <summary>What a provider's tokens look like, so that a realm need not say it. What the file says holds; the rest is filled in here. The
/// manual has a recipe for each.</summary>
internal static class RealmPresets
{
    private const string Microsoft = "https://login.microsoftonline.com/";

    private static readonly CredentialOptions Bearer = new() { Header = "Authorization", Scheme = "Bearer" };

    public static RealmOptions Fill(RealmOptions realm) => realm.Preset switch
    {
        null => realm,
        RealmPreset.Keycloak => Jwt(realm, ["sid", "session_state", "jti"], roles: ["/realm_access/roles", "scope"],
            // Its ID tokens are signed with the same keys, and say ID there.
            required: new() { ["typ"] = ["Bearer", "DPoP"] }),
        // sub differs from application to application; oid is the user. uti is the token's own id.
        RealmPreset.EntraId => Entra(realm),
        RealmPreset.EntraIdMultiTenant => Entra(realm with
        {
            Jwt = (realm.Jwt ?? new()) with
            {
                Authority = realm.Jwt is { JwksFile: null, JwksUri: null, Authority: null, MetadataAddress: null } or null
                    ? Microsoft + "organizations/v2.0" : realm.Jwt.Authority,
                Issuers = realm.Jwt is { Issuers.Count: > 0 } given ? given.Issuers : [Microsoft + "{tenantid}/v2.0"],
            },
        }),
        RealmPreset.AdFs => Jwt(realm, ["sid", "jti"], subject: "upn", client: ["appid", "client_id"], roles: ["role", "scp"]),
        RealmPreset.Auth0 => Jwt(realm, ["sid", "https://gateway/sid", "jti"], roles: ["permissions", "scope"]),
        // sub is the login name in access tokens, and uid the user that ID tokens call sub.
        RealmPreset.Okta => Jwt(Tied(realm, "uid", "cid", "auth_time"), ["sid", "jti"], subject: "uid", client: ["cid"],
            roles: ["groups", "scp"]),
        // Access tokens have no aud: their client is in client_id. origin_jti is the same in all that one sign-in gives.
        RealmPreset.Cognito => Jwt(InsteadOfAudience(realm, "client_id"), ["origin_jti", "jti"], client: ["client_id"],
            roles: ["cognito:groups", "scope"], required: new() { ["token_use"] = ["access"] }),
        RealmPreset.Google => Jwt(realm with
        {
            Jwt = (realm.Jwt ?? new()) with
            {
                Authority = realm.Jwt is { JwksFile: null, JwksUri: null, Authority: null, MetadataAddress: null } or null
                    ? "https://accounts.google.com" : realm.Jwt.Authority,
                Issuers = realm.Jwt is { Issuers.Count: > 0 } given ? given.Issuers
                    : ["https://accounts.google.com", "accounts.google.com"],
            },
        }, ["sid", "jti"], roles: ["hd"]),
        // No session, but the time of the sign-in stays the same when a token is refreshed.
        RealmPreset.Firebase => Jwt(Tied(Project(realm), "sub", "auth_time"), ["sid", "jti"], roles: ["roles", "role"]),
        RealmPreset.Zitadel => Plain(realm, ["sid", "jti"], roles: ["urn:zitadel:iam:org:project:roles", "scope"]),
        RealmPreset.Hydra => Plain(realm, ["sid", "/ext/sid", "jti"], roles: ["scp", "scope"]),
        RealmPreset.Kratos => Kratos(realm),
        RealmPreset.RocketChat => RocketChat(realm),
        RealmPreset.Duende => Plain(realm, ["sid", "jti"], client: ["client_id", "azp"], roles: ["role", "scope"]),
        // oi_au_id is the authorization, the same in all that one sign-in to one client gives.
        RealmPreset.OpenIddict => Plain(realm, ["sid", "oi_au_id", "jti"], client: ["client_id", "azp"], roles: ["role", "scope"]),
        RealmPreset.Supabase => Jwt(Supabase(realm), ["session_id"], roles: ["/app_metadata/roles", "role"]),
        // Session tokens have no aud: azp is the origin that they were made for.
        RealmPreset.Clerk => Jwt(InsteadOfAudience(WithCookie(realm, "__session"), "azp"), ["sid"], client: ["azp"], roles: ["org_role"]),
        // No session, no audience: whose token it is says the balancer that signed it, which Audience names.
        RealmPreset.AwsAlb => Jwt(Balancer(realm), ["sid"], roles: ["roles"]),
        RealmPreset.AspNetCookie => Kind(realm) > 0 && realm.Opaque is null ? realm : realm with
        {
            Credentials = Credentials(realm, new CredentialOptions { Cookie = ".AspNetCore.Cookies", Chunked = true }),
            Opaque = realm.Opaque ?? new(),
        },
        _ => throw new NotSupportedException(realm.Preset.ToString()),
    };

    // Tokens that may be JWTs, or opaque ones that the provider explains.
    private static RealmOptions Plain(RealmOptions realm, string[] sessions, string[]? client = null, string[]? roles = null)
        => realm.Introspection is not { } introspection ? Jwt(realm, sessions, client: client, roles: roles) : realm with
        {
            Credentials = Credentials(realm, Bearer),
            Introspection = introspection with
            {
                SessionIdClaims = introspection.SessionIdClaims.Count > 0 ? introspection.SessionIdClaims : [.. sessions],
            },
            Permissions = Roles(realm, roles),
        };

    private static RealmOptions Jwt(RealmOptions realm, string[] sessions, string? subject = null, string[]? client = null,
        string[]? roles = null, Dictionary<string, OneOrMore>? required = null)
    {
        if (Kind(realm) > 0 && realm.Jwt is null) return realm;
        JwtOptions jwt = realm.Jwt ?? new();
        Dictionary<string, OneOrMore> all = new(required ?? []);
        foreach ((string claim, OneOrMore values) in jwt.RequiredClaims) all[claim] = values;
        return realm with
        {
            Credentials = Credentials(realm, Bearer),
            Jwt = jwt with
            {
                SessionIdClaims = jwt.SessionIdClaims.Count > 0 ? jwt.SessionIdClaims : [.. sessions],
                Subject = jwt.Subject ?? subject,
                Client = jwt.Client.Count > 0 ? jwt.Client : [.. client ?? []],
                RequiredClaims = all,
            },
            Permissions = Roles(realm, roles),
        };
    }

    private static RealmOptions Entra(RealmOptions realm)
    {
        // Version 1 of its access tokens names another issuer of the same tenant, signed with the same keys.
        JwtOptions jwt = realm.Jwt ?? new();
        if (jwt is { Issuer: null, Issuers.Count: 0, Authority: { } authority } && TenantOf(authority) is { } tenant)
            jwt = jwt with { Issuers = [$"{Microsoft}{tenant}/v2.0", $"https://sts.windows.net/{tenant}/"] };
        return Jwt(realm with { Jwt = jwt }, ["sid", "uti"], subject: "oid", client: ["azp", "appid"], roles: ["roles", "scp"]);
    }

    // A tenant by its id: a domain name stands in no token.
    private static string? TenantOf(string authority)
        => authority.StartsWith(Microsoft, StringComparison.OrdinalIgnoreCase)
            && authority[Microsoft.Length..].Split('/')[0] is var tenant && Guid.TryParse(tenant, out _) ? tenant : null;

    // A token without aud is for the client that it names: what the file calls Audience is asked of that claim.
    private static RealmOptions InsteadOfAudience(RealmOptions realm, string claim)
    {
        if (realm.Jwt is not { } jwt || (jwt.Audience is null && jwt.Audiences.Count == 0) || jwt.RequiredClaims.ContainsKey(claim))
            return realm;
        OneOrMore audiences = [.. jwt.Audience is { } one ? jwt.Audiences.Prepend(one) : jwt.Audiences];
        return realm with
        {
            Jwt = jwt with
            {
                Audience = null, Audiences = [], AnyAudience = true,
                RequiredClaims = new(jwt.RequiredClaims) { [claim] = audiences },
            },
        };
    }

    private static RealmOptions Balancer(RealmOptions realm)
    {
        if (realm.Jwt is not { } jwt) return realm;
        string? signer = jwt.Signer ?? jwt.Audience;
        return realm with
        {
            Credentials = Credentials(realm, new CredentialOptions { Header = "x-amzn-oidc-data" }),
            Jwt = jwt with
            {
                Signer = signer, Audience = jwt.Signer is null ? null : jwt.Audience, AnyAudience = signer is not null || jwt.AnyAudience,
                Algorithms = jwt.Algorithms.Count > 0 ? jwt.Algorithms : ["ES256"],
            },
        };
    }

    // Its tokens are for the project that is the last part of the issuer.
    private static RealmOptions Project(RealmOptions realm)
    {
        if (realm.Jwt is not { Audience: null, Audiences.Count: 0, AnyAudience: false } jwt) return realm;
        string? issuer = jwt.Authority ?? jwt.Issuer;
        return issuer is null ? realm : realm with { Jwt = jwt with { Audience = issuer.TrimEnd('/').Split('/')[^1] } };
    }

    private static RealmOptions Supabase(RealmOptions realm)
    {
        if (realm.Jwt is not { } jwt) return realm;
        bool named = jwt.Audience is not null || jwt.Audiences.Count > 0 || jwt.AnyAudience;
        bool keys = jwt.Authority is not null || jwt.MetadataAddress is not null || jwt.JwksUri is not null || jwt.JwksFile is not null;
        return realm with
        {
            Jwt = jwt with
            {
                Audience = named ? jwt.Audience : "authenticated",
                JwksUri = keys || jwt.Issuer is null ? jwt.JwksUri : jwt.Issuer.TrimEnd('/') + "/.well-known/jwks.json",
            },
        };
    }

    private static RealmOptions Kratos(RealmOptions realm) => Kind(realm) > 0 && realm.Lookup is null ? realm : realm with
    {
        Credentials = Credentials(realm, new CredentialOptions { Header = "X-Session-Token" },
            new CredentialOptions { Cookie = "ory_kratos_session" }),
        Lookup = (realm.Lookup ?? new()) is var lookup ? lookup with
        {
            SessionId = lookup.SessionId ?? "/id", Subject = lookup.Subject ?? "/identity/id",
            AuthenticatedAt = lookup.AuthenticatedAt ?? "/authenticated_at", IssuedAt = lookup.IssuedAt ?? "/issued_at",
            ExpiresAt = lookup.ExpiresAt ?? "/expires_at", Permissions = lookup.Permissions ?? "/identity/metadata_public/roles",
        } : null,
    };

    // Its REST API takes the two headers alone; browsers have the same in two cookies.
    private static RealmOptions RocketChat(RealmOptions realm) => Kind(realm) > 0 && realm.Lookup is null ? realm : realm with
    {
        Credentials = Credentials(realm, new CredentialOptions { Header = "X-Auth-Token" }, new CredentialOptions { Cookie = "rc_token" }),
        Lookup = (realm.Lookup ?? new()) is var lookup ? lookup with
        {
            Subject = lookup.Subject ?? "/_id", TokenHeader = lookup.TokenHeader ?? "X-Auth-Token",
            Headers = lookup.Headers.Count > 0 ? lookup.Headers : ["X-User-Id"],
            Cookies = lookup.Cookies.Count > 0 ? lookup.Cookies : new() { ["rc_uid"] = "X-User-Id" },
            Permissions = lookup.Permissions ?? "/roles",
            FirstSeenIsSignIn = lookup.FirstSeenIsSignIn ?? lookup is { AuthenticatedAt: null, IssuedAt: null },
        } : null,
    };

    private static RealmOptions Tied(RealmOptions realm, params string[] by)
        => realm.Lineage.Count > 0 ? realm : realm with { Lineage = [.. by] };

    private static RealmOptions WithCookie(RealmOptions realm, string cookie)
        => realm with { Credentials = Credentials(realm, Bearer, new CredentialOptions { Cookie = cookie }) };

    private static List<CredentialOptions> Credentials(RealmOptions realm, params CredentialOptions[] otherwise)
        => realm.Credentials.Count > 0 ? realm.Credentials : [.. otherwise];

    private static PermissionsOptions Roles(RealmOptions realm, string[]? roles)
        => realm.Permissions.Claims.Count > 0 || roles is null ? realm.Permissions : realm.Permissions with { Claims = [.. roles] };

    private static int Kind(RealmOptions realm)
        => new object?[] { realm.Jwt, realm.Lookup, realm.Introspection, realm.Opaque }.Count(kind => kind is not null);
}

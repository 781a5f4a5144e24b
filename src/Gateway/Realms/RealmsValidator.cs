using Gateway.Configuration;
using Gateway.Realms.Jwt;

namespace Gateway.Realms;

/// <summary>Checks the section <c>Gateway:Realms</c>, each realm by itself.</summary>
internal sealed class RealmsValidator : IConfigurationValidator
{
    private static readonly TimeSpan LongestCache = TimeSpan.FromDays(1), ShortestTimeout = TimeSpan.FromMilliseconds(10),
        LongestTimeout = TimeSpan.FromMinutes(2);

    public void Validate(Checks checks)
    {
        foreach ((string name, RealmOptions realm) in checks.Options<RealmsOptions>())
        {
            Checks at = checks.At($"Gateway:Realms:{name}");
            at.That(name.Length is > 0 and <= 64 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-'),
                "", "is no name of a realm: up to 64 letters, digits, '_' and '-'.");
            Realm(realm, at);
            if (realm.Jwt is { } jwt) JwtValidator.Validate(jwt, at.At(nameof(realm.Jwt)));
            if (realm.Lookup is { } lookup) Lookup(lookup, at.At(nameof(realm.Lookup)));
            if (realm.Introspection is { } introspection) Introspection(introspection, at.At(nameof(realm.Introspection)));
        }
    }

    private static void Realm(RealmOptions realm, Checks checks)
    {
        int kinds = new object?[] { realm.Jwt, realm.Lookup, realm.Introspection, realm.Opaque }.Count(kind => kind is not null);
        checks.That(kinds == 1, "", kinds == 0
            ? "says nothing about its tokens. Add one of Jwt, Lookup, Introspection, Opaque."
            : "must be exactly one of Jwt, Lookup, Introspection, Opaque; take the others out.");
        Credentials(realm.Credentials, checks, nameof(realm.Credentials));
        foreach ((string value, List<string> grants) in realm.Permissions.Grants)
            checks.That(grants.Count > 0 && grants.All(grant => !string.IsNullOrWhiteSpace(grant)),
                $"{nameof(realm.Permissions)}:{nameof(realm.Permissions.Grants)}:{value}",
                "grants nothing; list the permissions, or take it out.");
        bool renewals = realm.Lineage is [OpaqueTokens.Renewals];
        checks.That(realm.Lineage.Count == 0 || realm.Opaque is null || renewals, nameof(realm.Lineage),
            $"of an Opaque realm can only be [ \"{OpaqueTokens.Renewals}\" ]: its tokens tell nothing. Write that, or use Lookup.");
        checks.That(!realm.Lineage.Contains(OpaqueTokens.Renewals) || realm.Opaque is not null, nameof(realm.Lineage),
            $"{OpaqueTokens.Renewals} goes with Opaque; here the tokens or the provider's answers tell what they share.");
        checks.That(realm.Opaque is null || !renewals || realm.Credentials.All(credential => credential.Cookie is not null),
            nameof(realm.Lineage), $"{OpaqueTokens.Renewals} ties cookies, and a credential of the realm is none: "
                + "elsewhere nothing would tell of which session a token is. Give it a realm of its own.");
        foreach ((int index, string claim) in realm.Lineage.Index())
            if (ClaimName.Complaint(claim) is { } complaint) checks.Add($"{nameof(realm.Lineage)}:{index}", complaint);
        foreach ((int index, string claim) in realm.Permissions.Claims.Index())
            if (ClaimName.Complaint(claim) is { } complaint)
                checks.Add($"{nameof(realm.Permissions)}:{nameof(realm.Permissions.Claims)}:{index}", complaint);
        checks.That(realm.SignInUrl is null || Checks.IsHttpUrl(realm.SignInUrl)
            || realm.SignInUrl.StartsWith('/') && !realm.SignInUrl.StartsWith("//", StringComparison.Ordinal),
            nameof(realm.SignInUrl), $"'{realm.SignInUrl}' is neither an http or https URL nor a path like /sign-in.");
        string? back = realm.ReturnUrlParameter;
        checks.That(back is null || realm.SignInUrl is not null, nameof(realm.ReturnUrlParameter), "goes with SignInUrl.");
        checks.That(back is null || back.All(character => char.IsAsciiLetterOrDigit(character) || "-._~".Contains(character)),
            nameof(realm.ReturnUrlParameter),
            $"'{back}' is no name of a query parameter: letters, digits, '-', '.', '_', '~'. An empty one tells no page.");
    }

    private static void Credentials(List<CredentialOptions> credentials, Checks checks, string key)
    {
        checks.That(credentials.Count > 0, key,
            "is empty, so no request could carry this realm's tokens. Add one like { \"Header\": \"Authorization\", \"Scheme\": "
                + "\"Bearer\" }.");
        HashSet<string> locations = new(StringComparer.OrdinalIgnoreCase);
        foreach ((int index, CredentialOptions credential) in credentials.Index())
        {
            Checks at = checks.At($"{key}:{index}");
            if (!credential.IsOne())
            {
                at.Add("", "must name exactly one of Header, Cookie, Query.");
                continue;
            }
            if (credential.Header is not null) at.Token(credential.Header, "header name");
            at.That(credential.Scheme is null || credential.Header is not null, nameof(credential.Scheme), "goes with Header.");
            if (credential.Scheme is not null) at.Token(credential.Scheme, "authentication scheme");
            if (credential.Cookie is not null) at.Token(credential.Cookie, "cookie name");
            at.That(!credential.Chunked || credential.Cookie is not null, nameof(credential.Chunked), "goes with Cookie.");
            if (credential.Query is { } query)
                at.That(query.Length > 0 && query.All(character => char.IsAsciiLetterOrDigit(character) || "-._~".Contains(character)),
                    nameof(credential.Query),
                    $"'{query}' is no name of a query parameter that every server reads alike: letters, digits, '-', '.', '_', '~'.");
            at.That(locations.Add($"{credential.Header}|{credential.Scheme}|{credential.Cookie}|{credential.Query}"), "",
                "stands in this list twice; keep one.");
        }
    }

    private static void Lookup(LookupOptions lookup, Checks checks)
    {
        checks.HttpUrl(lookup.Url, "http://127.0.0.1:4433/sessions/whoami");
        Pointer(lookup.SessionId, checks, nameof(lookup.SessionId));
        Pointer(lookup.Subject, checks, nameof(lookup.Subject));
        Pointer(lookup.Client, checks, nameof(lookup.Client));
        Pointer(lookup.AuthenticatedAt, checks, nameof(lookup.AuthenticatedAt));
        Pointer(lookup.IssuedAt, checks, nameof(lookup.IssuedAt));
        Pointer(lookup.ExpiresAt, checks, nameof(lookup.ExpiresAt));
        Pointer(lookup.Permissions, checks, nameof(lookup.Permissions));
        checks.Between(lookup.CacheFor, TimeSpan.Zero, LongestCache);
        checks.Between(lookup.Timeout, ShortestTimeout, LongestTimeout);
        Headers(lookup.Headers, checks, nameof(lookup.Headers));
        foreach ((string cookie, string header) in lookup.Cookies)
        {
            checks.Token(cookie, "cookie name", $"{nameof(lookup.Cookies)}:{cookie}");
            checks.Token(header, "header name", $"{nameof(lookup.Cookies)}:{cookie}");
        }
        if (lookup.TokenHeader is not null) checks.Token(lookup.TokenHeader, "header name", nameof(lookup.TokenHeader));
    }

    private static void Introspection(IntrospectionOptions introspection, Checks checks)
    {
        checks.HttpUrl(introspection.Url, "https://idp.example/introspect");
        checks.That(introspection.ClientId is not null || introspection.ClientSecret is null, nameof(introspection.ClientId),
            "is missing; ClientSecret needs it.");
        Pointer(introspection.Permissions, checks, nameof(introspection.Permissions));
        foreach ((int index, string name) in introspection.SessionIdClaims.Index())
            if (ClaimName.Complaint(name) is { } complaint) checks.Add($"{nameof(introspection.SessionIdClaims)}:{index}", complaint);
        checks.Between(introspection.CacheFor, TimeSpan.Zero, LongestCache);
        checks.Between(introspection.Timeout, ShortestTimeout, LongestTimeout);
        Headers(introspection.Headers, checks, nameof(introspection.Headers));
    }

    private static void Headers(List<string> headers, Checks checks, string key)
    {
        foreach ((int index, string header) in headers.Index()) checks.Token(header, "header name", $"{key}:{index}");
    }

    private static void Pointer(string? pointer, Checks checks, string key)
    {
        if (pointer is not null && JsonPointer.Complaint(pointer) is { } complaint) checks.Add(key, complaint);
    }
}

using Gateway.Credentials;
using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Realms;
using Gateway.Realms.Jwt;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Configuration;

/// <summary>The realms, each and together.</summary>
internal sealed class RealmsValidator(List<Problem> problems, ConfigurationFolder folder)
{
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256", "HS384", "HS512"];

    // What a credential in one of these would break or could not mean.
    private static readonly string[] TakenHeaders = ["Host", "Cookie", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "TE", "Trailer", "Proxy-Authorization", "X-Session-Id", "X-Session-Subject", "X-Session-Realm"];

    private readonly Checks _check = new(problems);

    public static string Known(Dictionary<string, RealmOptions> realms) => realms.Count == 0 ? "none is configured" : "configured: " + string.Join(", ", realms.Keys);

    public void Validate(Dictionary<string, RealmOptions> realms)
    {
        foreach ((string name, RealmOptions realm) in realms)
        {
            string path = $"Gateway:Realms:{name}";
            _check.That(name.Length is > 0 and <= 64 && name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-'), path, "is no name of a realm: up to 64 letters, digits, '_' and '-'.");
            int kinds = new object?[] { realm.Jwt, realm.Lookup, realm.Introspection, realm.Opaque }.Count(kind => kind is not null);
            _check.That(kinds == 1, path, kinds == 0 ? "says nothing about its tokens. Add one of Jwt, Lookup, Introspection, Opaque." : "must be exactly one of Jwt, Lookup, Introspection, Opaque; take the others out.");
            Credentials(realm, path);
            if (realm.Jwt is { } jwt) Jwt(jwt, path + ":Jwt");
            if (realm.Lookup is { } lookup) Lookup(lookup, path + ":Lookup");
            if (realm.Introspection is { } introspection) Introspection(introspection, path + ":Introspection");
            foreach ((string value, List<string> grants) in realm.Permissions.Grants)
                _check.That(grants.Count > 0 && grants.All(grant => !string.IsNullOrWhiteSpace(grant)), $"{path}:Permissions:Grants:{value}", "grants nothing; list the permissions, or take it out.");
            _check.That(realm.SignInUrl is null || Checks.IsHttpUrl(realm.SignInUrl) || realm.SignInUrl.StartsWith('/') && !realm.SignInUrl.StartsWith("//", StringComparison.Ordinal),
                $"{path}:SignInUrl", $"'{realm.SignInUrl}' is neither an http or https URL nor a path like /sign-in.");
        }
    }

    private void Credentials(RealmOptions realm, string path)
    {
        _check.That(realm.Credentials.Count > 0, path + ":Credentials", "is empty, so no request could carry this realm's tokens. Add one like { \"Header\": \"Authorization\", \"Scheme\": \"Bearer\" }.");
        HashSet<string> places = new(StringComparer.OrdinalIgnoreCase);
        foreach ((int index, CredentialOptions credential) in realm.Credentials.Index())
        {
            string at = $"{path}:Credentials:{index}";
            int named = new[] { credential.Header, credential.Cookie, credential.Query }.Count(place => place is not null);
            if (named != 1)
            {
                problems.Add(new(at, "must name exactly one of Header, Cookie, Query."));
                continue;
            }
            if (credential.Header is { } header)
            {
                _check.Token(header, at + ":Header", "header name");
                _check.That(!TakenHeaders.Contains(header, StringComparer.OrdinalIgnoreCase) && !HeaderHygiene.Takes(header), at + ":Header", $"{header} cannot carry a credential; HTTP or the gateway uses it.");
            }
            _check.That(credential.Scheme is null || credential.Header is not null, at + ":Scheme", "goes with Header.");
            if (credential.Scheme is { } scheme) _check.Token(scheme, at + ":Scheme", "authentication scheme");
            if (credential.Cookie is { } cookie) _check.Token(cookie, at + ":Cookie", "cookie name");
            if (credential.Query is { } query)
                _check.That(query.Length > 0 && query.All(character => char.IsAsciiLetterOrDigit(character) || "-._~".Contains(character)), at + ":Query", $"'{query}' is no name of a query parameter that every server reads alike: letters, digits, '-', '.', '_', '~'.");
            _check.That(places.Add($"{credential.Header}|{credential.Scheme}|{credential.Cookie}|{credential.Query}"), at, "stands in this list twice; keep one.");
        }
    }

    private void Jwt(JwtOptions jwt, string path)
    {
        bool discovered = jwt.Authority is not null || jwt.MetadataAddress is not null;
        if (discovered)
        {
            _check.That(jwt.JwksFile is null, path + ":JwksFile", "and Authority exclude one another: the keys come from the one or from the other.");
            if (jwt.Authority is not null) Provider(jwt.Authority, path + ":Authority", "https://idp.example/realms/main");
            if (jwt.MetadataAddress is not null) Provider(jwt.MetadataAddress, path + ":MetadataAddress", "https://idp.example/.well-known/openid-configuration");
        }
        else
        {
            _check.That(jwt.Issuer is not null && jwt.JwksFile is not null, path, "needs Authority (discovery and keys), or Issuer with JwksFile.");
            if (jwt.JwksFile is not null) JwksFile(jwt.JwksFile, path + ":JwksFile");
        }
        _check.That(jwt.Issuer is null || jwt.Issuer.Length > 0, path + ":Issuer", "is empty.");
        bool named = jwt.Audience is not null || jwt.Audiences.Count > 0;
        _check.That(named != jwt.AnyAudience, path + ":Audience", named ? "and AnyAudience exclude one another; take one out." : "is missing: without it a token for any other application would be good here. Set Audience, or AnyAudience to true if that is meant.");
        foreach (string audience in jwt.Audience is { } one ? [one, .. jwt.Audiences] : jwt.Audiences) _check.Text(audience, path + ":Audience", "is empty.");
        foreach ((int index, string claim) in jwt.SessionIdClaims.Index()) _check.Text(claim, $"{path}:SessionIdClaims:{index}", "is empty; name a claim like sid.");
        foreach ((int index, string algorithm) in jwt.Algorithms.Index())
            _check.That(Algorithms.Contains(algorithm), $"{path}:Algorithms:{index}", algorithm.Equals("none", StringComparison.OrdinalIgnoreCase) ? "'none' is never accepted." : $"'{algorithm}' is not known; {string.Join(", ", Algorithms)}.");
        _check.That(!discovered || !jwt.Algorithms.Any(algorithm => algorithm.StartsWith("HS", StringComparison.Ordinal)), path + ":Algorithms", "HS algorithms need a secret, and a provider publishes none: they go with a JwksFile.");
        _check.Between(jwt.ClockSkew, TimeSpan.Zero, TimeSpan.FromHours(1), path + ":ClockSkew");
        _check.Between(jwt.RefreshEvery, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365), path + ":RefreshEvery");
        _check.Between(jwt.RefreshAtMostEvery, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1), path + ":RefreshAtMostEvery");

        void Provider(string url, string at, string example)
        {
            _check.HttpUrl(url, at, example);
            if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Scheme != "http") return;
            _check.That(jwt.RequireHttps == false || jwt.RequireHttps is null && uri.IsLoopback, at, $"'{url}' is not https: whoever stands between could hand out keys. Use https, or set RequireHttps to false.");
        }
    }

    private void JwksFile(string file, string path)
    {
        string full = folder.Resolve(file);
        if (!File.Exists(full))
        {
            problems.Add(new(path, $"the file {full} does not exist. Paths are relative to the configuration file."));
            return;
        }
        try
        {
            string text = File.ReadAllText(full);
            using JsonDocument keys = JsonDocument.Parse(text);
            bool any = keys.RootElement.ValueKind == JsonValueKind.Object && keys.RootElement.TryGetProperty("keys", out JsonElement list) && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0;
            _check.That(any, path, $"{full} is no JSON Web Key Set with a key in it (RFC 7517): {{ \"keys\": [ … ] }}.");
            if (any) KeySource.Read("", new JsonWebKeySet(text), text);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or CryptographicException)
        {
            problems.Add(new(path, $"{full} holds no key that can be used: {error.Message}"));
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            problems.Add(new(path, $"{full} cannot be read as a JSON Web Key Set (RFC 7517){(error is JsonException ? "; it is not JSON" : ": " + error.Message)}."));
        }
    }

    private void Lookup(LookupOptions lookup, string path)
    {
        _check.HttpUrl(lookup.Url, path + ":Url", "http://127.0.0.1:4433/sessions/whoami");
        _check.Text(lookup.SessionId, path + ":SessionId", "is missing; a JSON pointer like /id.");
        foreach ((string name, string? pointer) in ((string, string?)[])[("SessionId", lookup.SessionId), ("Subject", lookup.Subject), ("Client", lookup.Client), ("AuthenticatedAt", lookup.AuthenticatedAt), ("IssuedAt", lookup.IssuedAt), ("ExpiresAt", lookup.ExpiresAt), ("Permissions", lookup.Permissions)])
            Pointer(pointer, $"{path}:{name}");
        Asking(lookup.CacheFor, lookup.Timeout, lookup.Headers, path);
    }

    private void Introspection(IntrospectionOptions introspection, string path)
    {
        _check.HttpUrl(introspection.Url, path + ":Url", "https://idp.example/introspect");
        _check.That(introspection.ClientId is not null || introspection.ClientSecret is null, path + ":ClientId", "is missing; ClientSecret needs it.");
        Pointer(introspection.Permissions, path + ":Permissions");
        Asking(introspection.CacheFor, introspection.Timeout, introspection.Headers, path);
    }

    private void Asking(TimeSpan cacheFor, TimeSpan timeout, List<string> headers, string path)
    {
        _check.Between(cacheFor, TimeSpan.Zero, TimeSpan.FromDays(1), path + ":CacheFor");
        _check.Between(timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(2), path + ":Timeout");
        foreach ((int index, string header) in headers.Index()) _check.Token(header, $"{path}:Headers:{index}", "header name");
    }

    private void Pointer(string? pointer, string path)
    {
        if (pointer is not null && JsonPointer.Complaint(pointer) is { } complaint) problems.Add(new(path, complaint));
    }
}

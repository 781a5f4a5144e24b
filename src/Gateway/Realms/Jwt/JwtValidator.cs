using Gateway.Configuration;

namespace Gateway.Realms.Jwt;

/// <summary>Checks the part <c>Jwt</c> of a realm.</summary>
internal static class JwtValidator
{
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256",
        "HS384", "HS512"];

    public static void Validate(JwtOptions jwt, Checks checks)
    {
        Keys(jwt, checks);
        Audience(jwt, checks);
        Claims(jwt.SessionIdClaims, checks, nameof(jwt.SessionIdClaims));
        Claims(jwt.Client, checks, nameof(jwt.Client));
        if (jwt.Subject is not null) Claims([jwt.Subject], checks, nameof(jwt.Subject));
        foreach ((string claim, OneOrMore values) in jwt.RequiredClaims)
        {
            Claims([claim], checks, $"{nameof(jwt.RequiredClaims)}:{claim}");
            checks.That(values.Count > 0 && values.TrueForAll(value => value.Length > 0), $"{nameof(jwt.RequiredClaims)}:{claim}",
                "names no value; give one, or a list of those that are good.");
        }
        Issuers(jwt, checks);
        if (jwt.Signer is not null) checks.Text(jwt.Signer, "is empty; the ARN of the load balancer.", nameof(jwt.Signer));
        foreach ((int index, string algorithm) in jwt.Algorithms.Index())
            checks.That(Algorithms.Contains(algorithm), $"{nameof(jwt.Algorithms)}:{index}",
                algorithm.Equals("none", StringComparison.OrdinalIgnoreCase)
                    ? "'none' is never accepted."
                    : algorithm is "EdDSA" or "Ed25519" or "Ed448"
                    ? $"{algorithm} cannot be verified by this runtime. Let the provider sign with ES256 or RS256."
                    : $"'{algorithm}' is not known; {string.Join(", ", Algorithms)}.");
        checks.Between(jwt.ClockSkew, TimeSpan.Zero, TimeSpan.FromHours(1));
        checks.Between(jwt.RefreshEvery, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        checks.Between(jwt.RefreshAtMostEvery, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));
    }

    private static void Keys(JwtOptions jwt, Checks checks)
    {
        checks.That(jwt.Issuer is null || jwt.Issuer.Length > 0, nameof(jwt.Issuer), "is empty.");
        if (jwt.Authority is null && jwt.MetadataAddress is null && jwt.JwksUri is null)
        {
            checks.That((jwt.Issuer is not null || jwt.Issuers.Count > 0) && jwt.JwksFile is not null, "",
                "needs Authority (discovery and keys), or Issuer with JwksUri or JwksFile.");
            if (jwt.JwksFile is not null) JwksFile(checks.Folder.Resolve(jwt.JwksFile), checks, nameof(jwt.JwksFile));
            return;
        }
        checks.That(jwt.JwksFile is null, nameof(jwt.JwksFile),
            "and Authority or JwksUri exclude one another: the keys come from the one or from the other.");
        checks.That(jwt.JwksUri is null || jwt.MetadataAddress is null, nameof(jwt.JwksUri),
            "and MetadataAddress exclude one another: the keys come from the one or from the other.");
        checks.That(jwt.JwksUri is null || jwt.Issuer is not null || jwt.Issuers.Count > 0, nameof(jwt.JwksUri),
            "needs Issuer or Issuers: a key set names no issuer.");
        Provider(jwt, jwt.JwksUri, "https://idp.example/keys", checks, nameof(jwt.JwksUri));
        checks.That(!jwt.Algorithms.Any(algorithm => algorithm.StartsWith("HS", StringComparison.Ordinal)), nameof(jwt.Algorithms),
            "HS algorithms need a secret, and a provider publishes none: they go with a JwksFile.");
        Provider(jwt, jwt.Authority, "https://idp.example/realms/main", checks, nameof(jwt.Authority));
        Provider(jwt, jwt.MetadataAddress, "https://idp.example/.well-known/openid-configuration", checks, nameof(jwt.MetadataAddress));
    }

    private static void Provider(JwtOptions jwt, string? url, string example, Checks checks, string key)
    {
        if (url is null) return;
        checks.HttpUrl(url, example, key);
        if (Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme == "http")
            checks.That(jwt.RequireHttps == false || jwt.RequireHttps is null && uri.IsLoopback, key,
                $"'{url}' is not https: whoever stands between could hand out keys. Use https, or set RequireHttps to false.");
    }

    private static void Claims(List<string> names, Checks checks, string key)
    {
        foreach ((int index, string name) in names.Index())
            if (ClaimName.Complaint(name) is { } complaint) checks.Add(names.Count > 1 ? $"{key}:{index}" : key, complaint);
    }

    private static void Issuers(JwtOptions jwt, Checks checks)
    {
        foreach ((int index, string issuer) in jwt.Issuers.Index())
            checks.That(issuer.Length > 0 && issuer.Split(AcceptedIssuers.Tenant).Length <= 2
                && !issuer.StartsWith(AcceptedIssuers.Tenant, StringComparison.Ordinal), $"{nameof(jwt.Issuers)}:{index}",
                $"'{issuer}' is no issuer: a URL, in which {AcceptedIssuers.Tenant} may stand once for the token's tid.");
        checks.That(jwt.Issuer?.Contains(AcceptedIssuers.Tenant, StringComparison.Ordinal) != true, nameof(jwt.Issuer),
            $"{AcceptedIssuers.Tenant} goes with Issuers.");
    }

    private static void JwksFile(string file, Checks checks, string key)
    {
        if (!File.Exists(file))
        {
            checks.Add(key, $"the file {file} does not exist. Paths are relative to the configuration file.");
            return;
        }
        try
        {
            string text = File.ReadAllText(file);
            KeyEntries keys = KeyEntries.Read(text);
            checks.That(keys.Keys.Count > 0, key,
                $"{file} holds no key that can be used{(keys.Passed.Count == 0 ? "." : ": " + string.Join("; ", keys.Passed) + ".")}");
        }
        catch (FormatException error)
        {
            checks.Add(key, $"{file} cannot be read as a JSON Web Key Set (RFC 7517). {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            checks.Add(key, $"{file} cannot be read: {error.Message}");
        }
    }

    private static void Audience(JwtOptions jwt, Checks checks)
    {
        bool named = jwt.Audience is not null || jwt.Audiences.Count > 0;
        checks.That(named != jwt.AnyAudience, nameof(jwt.Audience),
            named
                ? "and AnyAudience exclude one another; take one out."
                : "is missing: without it a token for any other application would be good here. Set Audience, or AnyAudience to true if "
                    + "that is meant.");
        foreach (string audience in jwt.Audience is { } one ? [one, .. jwt.Audiences] : jwt.Audiences)
            checks.Text(audience, "is empty.", nameof(jwt.Audience));
    }
}

using System.Security.Cryptography;
using System.Text.Json;
using Gateway.Configuration;
using Microsoft.IdentityModel.Tokens;

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
        foreach ((int index, string claim) in jwt.SessionIdClaims.Index())
            checks.Text(claim, "is empty; name a claim like sid.", $"{nameof(jwt.SessionIdClaims)}:{index}");
        foreach ((int index, string algorithm) in jwt.Algorithms.Index())
            checks.That(Algorithms.Contains(algorithm), $"{nameof(jwt.Algorithms)}:{index}",
                algorithm.Equals("none", StringComparison.OrdinalIgnoreCase)
                    ? "'none' is never accepted."
                    : $"'{algorithm}' is not known; {string.Join(", ", Algorithms)}.");
        checks.Between(jwt.ClockSkew, TimeSpan.Zero, TimeSpan.FromHours(1));
        checks.Between(jwt.RefreshEvery, TimeSpan.FromSeconds(1), TimeSpan.FromDays(365));
        checks.Between(jwt.RefreshAtMostEvery, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));
    }

    private static void Keys(JwtOptions jwt, Checks checks)
    {
        checks.That(jwt.Issuer is null || jwt.Issuer.Length > 0, nameof(jwt.Issuer), "is empty.");
        if (jwt.Authority is null && jwt.MetadataAddress is null)
        {
            checks.That(jwt.Issuer is not null && jwt.JwksFile is not null, "",
                "needs Authority (discovery and keys), or Issuer with JwksFile.");
            if (jwt.JwksFile is not null) JwksFile(checks.Folder.Resolve(jwt.JwksFile), checks, nameof(jwt.JwksFile));
            return;
        }
        checks.That(jwt.JwksFile is null, nameof(jwt.JwksFile),
            "and Authority exclude one another: the keys come from the one or from the other.");
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
            using JsonDocument keys = JsonDocument.Parse(text);
            bool any = keys.RootElement.ValueKind == JsonValueKind.Object && keys.RootElement.TryGetProperty("keys", out JsonElement list)
                && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0;
            checks.That(any, key, $"{file} is no JSON Web Key Set with a key in it (RFC 7517): {{ \"keys\": [ … ] }}.");
            if (any) KeySource.Read("", new JsonWebKeySet(text), text);
        }
        catch (Exception error) when (error is ArgumentException or FormatException or CryptographicException)
        {
            checks.Add(key, $"{file} holds no key that can be used: {error.Message}");
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            checks.Add(key,
                $"{file} cannot be read as a JSON Web Key Set (RFC "
                    + $"7517){(error is JsonException ? "; it is not JSON" : ": " + error.Message)}.");
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

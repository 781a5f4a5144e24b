using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Realms;

/// <summary>The rooms Realms and Credentials without a host.</summary>
internal sealed class RealmsUnderTest : IDisposable
{
    public static readonly CredentialOptions Bearer = new() { Header = "Authorization", Scheme = "Bearer" };
    public static readonly CredentialOptions Cookie = new() { Cookie = "access_token" };
    public static readonly CredentialOptions Query = new() { Query = "access_token" };

    private readonly TempFolder _folder = new();
    private readonly ProviderClient _client = new();

    public RealmsUnderTest(RealmsOptions realms, TimeProvider? time = null, int cache = 1000)
    {
        Time = time ?? TimeProvider.System;
        Realms = new RealmSet(realms, cache, new ConfigurationFolder(_folder.Path), new KeptDocuments(null), _client, Time,
            NullLoggerFactory.Instance);
        Tokens = new TokenResolver(Realms, Time);
        Gate = Gates.Open(Index, new LiveConnections(), Realms, Tokens);
    }

    public TimeProvider Time { get; }
    public RealmSet Realms { get; }
    public TokenResolver Tokens { get; }
    public SessionGate Gate { get; }
    public RevocationIndex Index { get; } = new(TimeSpan.FromSeconds(1));

    /// <summary>A realm <c>main</c> with keys of a file, read from header, cookie and query.</summary>
    public static RealmsUnderTest With(TestIssuer issuer, TimeProvider? time = null, Func<JwtOptions, JwtOptions>? change = null)
        => new(new() { ["main"] = Jwt(issuer, change) }, time);

    public static RealmOptions Jwt(TestIssuer issuer, Func<JwtOptions, JwtOptions>? change = null, params CredentialOptions[] locations)
    {
        JwtOptions jwt = new() { Issuer = issuer.Issuer, JwksFile = KeyFile(issuer), Audience = issuer.Audience };
        return new RealmOptions { Credentials = [.. locations.Length > 0 ? locations : [Bearer, Cookie, Query]],
            Jwt = change?.Invoke(jwt) ?? jwt };
    }

    public static string KeyFile(TestIssuer issuer)
    {
        string path = Path.Combine(Path.GetTempPath(), $"gateway-test-realm-keys-{Guid.NewGuid():N}.json");
        File.WriteAllText(path, issuer.Jwks());
        return path;
    }

    public async Task<TokenResult> ResolveAsync(string token, string realm = "main")
        => await Tokens.ResolveAsync(realm, token, new HeaderDictionary(), default);

    public async Task<Resolution> ReadAsync(HttpContext context, SessionPolicy policy = SessionPolicy.Required, params string[] realms)
    {
        Verdict verdict = await Gate.IdentifyAsync(context, Plan(policy, realms));
        return new(verdict.Identities, verdict.IsGood ? null : Gate.RefusalOf(verdict, new DefaultHttpContext()));
    }

    public ReadingPlan Plan(SessionPolicy policy = SessionPolicy.Required, params string[] realms)
        => new(Realms, new RoutePolicy { Session = policy, Realms = realms });

    public void Dispose()
    {
        _client.Dispose();
        _folder.Dispose();
    }
}

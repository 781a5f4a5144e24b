using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Commands.Demo;

/// <summary>
/// A small OpenID Connect provider: a discovery document, a key set, and <c>/token?user=NAME&amp;session=ID</c>, which
/// gives a token to anybody who asks. It signs with a key of its own that lives as long as the process.
/// </summary>
internal sealed class DemoProvider : IAsyncDisposable
{
    public const string Audience = "demo";
    private const int LifetimeSeconds = 8 * 3600;

    private readonly RSA _key = RSA.Create(2048);
    private readonly string _kid = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
    private readonly TimeProvider _time;
    private readonly string _issuer;
    private readonly WebApplication _server;

    /// <param name="issuer">The <c>iss</c> of its tokens, and where gateways find it.</param>
    public DemoProvider(IPAddress address, int port, string issuer, TimeProvider time)
    {
        _issuer = issuer;
        _time = time;
        _server = DemoServer.Create(address, port, time);
        _server.MapGet("/.well-known/openid-configuration", () => Results.Text(Discovery(), "application/json"));
        _server.MapGet("/keys", () => Results.Text(Keys(), "application/json"));
        _server.MapGet("/token", (string? user, string? session) => Results.Text(Token(user ?? "alice", session)));
        _server.MapPost("/token", (string? user, string? session) => Results.Text(new JsonObject
        {
            ["access_token"] = Token(user ?? "alice", session), ["token_type"] = "Bearer", ["expires_in"] = LifetimeSeconds,
        }.ToJsonString(), "application/json"));
    }

    public Task StartAsync() => _server.StartAsync();

    /// <summary>Gives a token of a user's session. The user <c>admin</c> has the role admin.</summary>
    /// <param name="session">Null begins a session with a new id.</param>
    public string Token(string user, string? session = null)
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        JsonObject header = new() { ["alg"] = "RS256", ["kid"] = _kid, ["typ"] = "JWT" };
        JsonObject claims = new()
        {
            ["iss"] = _issuer,
            ["aud"] = Audience,
            ["sub"] = user,
            ["sid"] = session ?? $"{user}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
            ["azp"] = "demo-app",
            ["iat"] = now,
            ["auth_time"] = now,
            ["exp"] = now + LifetimeSeconds,
            ["jti"] = Guid.CreateVersion7(_time.GetUtcNow()).ToString("N"),
            ["roles"] = user == "admin" ? new JsonArray("admin") : new JsonArray("user"),
        };
        string signed = Encode(header) + "." + Encode(claims);
        byte[] signature = _key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return signed + "." + Base64Url.EncodeToString(signature);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopSoonAsync(TimeSpan.Zero);
        _key.Dispose();
    }

    private string Discovery() => new JsonObject
    {
        ["issuer"] = _issuer,
        ["jwks_uri"] = _issuer + "/keys",
        ["token_endpoint"] = _issuer + "/token",
        ["authorization_endpoint"] = _issuer + "/authorize",
        ["response_types_supported"] = new JsonArray("token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray("RS256"),
    }.ToJsonString();

    private string Keys()
    {
        RSAParameters key = _key.ExportParameters(includePrivateParameters: false);
        return new JsonObject
        {
            ["keys"] = new JsonArray(new JsonObject
            {
                ["kty"] = "RSA", ["use"] = "sig", ["alg"] = "RS256", ["kid"] = _kid,
                ["n"] = Base64Url.EncodeToString(key.Modulus), ["e"] = Base64Url.EncodeToString(key.Exponent),
            }),
        }.ToJsonString();
    }

    private static string Encode(JsonObject json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json.ToJsonString()));
}

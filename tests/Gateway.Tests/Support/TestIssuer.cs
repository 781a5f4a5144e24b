using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Support;

/// <summary>An identity provider: keys, tokens, a key set and a discovery document. It serves them over HTTP once
/// <see cref="StartAsync"/>ed, and can be taken away with <see cref="StopAsync"/>.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private static readonly TestKey SharedKey = new("RS256", "shared");

    private readonly Lock _lock = new();
    private List<TestKey> _keys;
    private WebApplication? _server;
    private int _keyFetches;

    /// <param name="issuer">The <c>iss</c> of its tokens; default its own loopback address.</param>
    /// <param name="key">Default: one RS256 key that all tests share, for making one takes a tenth of a second.</param>
    public TestIssuer(string? issuer = null, string audience = "app", TestKey? key = null)
    {
        Url = $"http://127.0.0.1:{FreePort.Take()}";
        Issuer = issuer ?? Url;
        Audience = audience;
        _keys = [key ?? SharedKey];
    }

    /// <summary>Where it listens once started.</summary>
    public string Url { get; }
    public string Issuer { get; }
    public string Audience { get; }

    /// <summary>The key that signs new tokens: the last of <see cref="Keys"/>.</summary>
    public TestKey Key { get { lock (_lock) return _keys[^1]; } }
    public IReadOnlyList<TestKey> Keys { get { lock (_lock) return [.. _keys]; } }

    /// <summary>What "now" is for iat, auth_time and exp.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>How long it takes to answer.</summary>
    public TimeSpan AnswersAfter { get; init; }

    /// <summary>How often the key set was fetched.</summary>
    public int KeyFetches => Volatile.Read(ref _keyFetches);

    /// <summary>Signs with a new key from now on.</summary>
    /// <param name="keepOld">Whether the old ones stay in the key set.</param>
    public TestKey Rotate(string algorithm = "RS256", bool keepOld = false)
    {
        TestKey key = new(algorithm);
        lock (_lock) _keys = keepOld ? [.. _keys, key] : [key];
        return key;
    }

    public string Jwks() => new JsonObject { ["keys"] = new JsonArray([.. Keys.Select(key => key.Jwk())]) }.ToJsonString();

    /// <summary>OpenID Connect Discovery 1.0.</summary>
    public string Discovery() => new JsonObject
    {
        ["issuer"] = Issuer,
        ["jwks_uri"] = Url + "/jwks",
        ["authorization_endpoint"] = Url + "/authorize",
        ["token_endpoint"] = Url + "/token",
        ["response_types_supported"] = new JsonArray("code"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] = new JsonArray([.. Keys.Select(key => JsonValue.Create(key.Algorithm))]),
    }.ToJsonString();

    /// <summary>A good token of a user's session, valid for an hour.</summary>
    /// <param name="change">Sets, changes or removes claims before signing.</param>
    public string Token(string subject = "alice", string? session = "session-1", Action<JsonObject>? change = null,
        JsonObject? header = null, TestKey? key = null)
    {
        JsonObject claims = Claims(subject, session);
        change?.Invoke(claims);
        return Mint(claims, header, key);
    }

    public JsonObject Claims(string subject = "alice", string? session = "session-1")
    {
        long now = Time.GetUtcNow().ToUnixTimeSeconds();
        JsonObject claims = new()
        {
            ["iss"] = Issuer,
            ["aud"] = Audience,
            ["sub"] = subject,
            ["iat"] = now,
            ["auth_time"] = now,
            ["exp"] = now + 3600,
            ["jti"] = Guid.NewGuid().ToString("N"),
        };
        if (session is not null) claims["sid"] = session;
        return claims;
    }

    /// <summary>Signs any claims; members of <paramref name="header"/> replace or join alg, kid and typ.</summary>
    public string Mint(JsonObject claims, JsonObject? header = null, TestKey? key = null)
    {
        key ??= Key;
        JsonObject all = new() { ["alg"] = key.Algorithm, ["kid"] = key.Kid, ["typ"] = "JWT" };
        foreach ((string name, JsonNode? value) in header ?? [])
            all[name] = value?.DeepClone();
        return key.Sign(all.ToJsonString(), claims.ToJsonString());
    }

    /// <summary>Serves discovery and keys on <see cref="Url"/>; again after a <see cref="StopAsync"/>, too.</summary>
    public async Task<TestIssuer> StartAsync()
    {
        if (_server is not null) return this;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        WebApplication server = builder.Build();
        server.Urls.Add(Url);
        if (AnswersAfter > TimeSpan.Zero)
            server.Use(async (context, next) =>
            {
                await Task.Delay(AnswersAfter, context.RequestAborted);
                await next(context);
            });
        server.MapGet("/.well-known/openid-configuration", () => Results.Text(Discovery(), "application/json"));
        server.MapGet("/jwks", () =>
        {
            Interlocked.Increment(ref _keyFetches);
            return Results.Text(Jwks(), "application/json");
        });
        await server.StartAsync();
        _server = server;
        return this;
    }

    public async Task StopAsync()
    {
        if (_server is null) return;
        await _server.StopNowAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}

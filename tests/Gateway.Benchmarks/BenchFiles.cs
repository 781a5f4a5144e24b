using System.Globalization;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gateway.EndToEnd.Support;

namespace Gateway.Benchmarks;

/// <summary>What <c>tests/bench.sh</c> needs beside the servers: tokens with the keys that verify them, for the gateway and for HAProxy,
/// and revoked sessions.</summary>
internal static class BenchFiles
{
    /// <summary>Writes <c>tokens.txt</c>, <c>public.pem</c>, <c>revoked.map</c> and the gateway's <c>gateway.json</c> into a
    /// folder.</summary>
    public static async Task<int> WriteAsync(string folder, int tokens, int revoked, string backend, string gateway, string management)
    {
        Directory.CreateDirectory(folder);
        await using TestIssuer issuer = new("https://idp.example");
        await File.WriteAllLinesAsync(Path.Combine(folder, "tokens.txt"), Enumerable.Range(0, tokens)
            .Select(n => issuer.Token("user-" + n, "session-" + n, claims => claims["exp"] = 4102444800)));
        JsonObject key = issuer.Key.Jwk();
        using (RSA rsa = RSA.Create(new RSAParameters { Modulus = Bytes(key["n"]!), Exponent = Bytes(key["e"]!) }))
            await File.WriteAllTextAsync(Path.Combine(folder, "public.pem"), rsa.ExportSubjectPublicKeyInfoPem());
        await File.WriteAllLinesAsync(Path.Combine(folder, "revoked.map"), Enumerable.Range(0, revoked).Select(n => $"gone-{n} 1"));
        await File.WriteAllTextAsync(Path.Combine(folder, "keys.json"), issuer.Jwks());
        JsonObject settings = GatewaySettings.For(issuer: issuer, destination: backend).Route(("Session", "Required")).Unlimited();
        settings.Set("Urls", gateway).Set("Gateway:Management:Url", management)
            .Set("Gateway:Store:Path", Path.Combine(folder, "gateway.db"));
        settings.Set("Gateway:Realms:main:Jwt:JwksFile", Path.Combine(folder, "keys.json"));
        await File.WriteAllTextAsync(Path.Combine(folder, "gateway.json"), settings.ToJsonString());
        return 0;

        static byte[] Bytes(JsonNode value) => System.Buffers.Text.Base64Url.DecodeFromChars((string)value!);
    }

    /// <summary>Revokes so many sessions, 64 at a time.</summary>
    public static async Task<int> RevokeAsync(string management, int count)
    {
        using HttpClient client = new() { BaseAddress = new Uri(management) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", GatewaySettings.ManagementKey);
        ParallelOptions atOnce = new() { MaxDegreeOfParallelism = 64 };
        await Parallel.ForEachAsync(Enumerable.Range(0, count), atOnce, async (n, cancellation) =>
        {
            using HttpResponseMessage answer = await client.PostAsJsonAsync("/v1/revocations?wait=local",
                new JsonObject { ["session"] = string.Create(CultureInfo.InvariantCulture, $"gone-{n}") }, cancellation);
            answer.EnsureSuccessStatusCode();
        });
        return 0;
    }
}

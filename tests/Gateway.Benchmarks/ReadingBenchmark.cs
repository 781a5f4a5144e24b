using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Enforcement;
using Gateway.Logout;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>What reading costs an ordinary request, and what verifying a token for the first time does.</summary>
internal static class ReadingBenchmark
{
    private const int Requests = 1_000_000;
    private const int FreshTokens = 2_000;

    public static async Task RunAsync()
    {
        using RSA rsa = RSA.Create(2048);
        string keys = Path.GetTempFileName();
        RSAParameters key = rsa.ExportParameters(false);
        await File.WriteAllTextAsync(keys,
            $$"""{"keys":[{"kty":"RSA","kid":"k","n":"{{Base64Url.EncodeToString(key.Modulus)}}","e":"{{Base64Url.EncodeToString(key.Exponent)}}"}]}""");
        RealmsOptions options = new()
        {
            ["main"] = new()
            {
                Credentials = [new() { Header = "Authorization", Scheme = "Bearer" }, new() { Cookie = "access_token" },
                    new() { Query = "access_token" }],
                Jwt = new() { Issuer = "https://idp.example", JwksFile = keys, Audience = "app" },
            },
        };
        using ProviderClient client = new();
        RealmSet realms = new(options, new EnforcementOptions().TokenCache, new ConfigurationFolder("/"), new KeptDocuments(null), client,
            TimeProvider.System, NullLoggerFactory.Instance);
        Lease lease = new(TimeProvider.System);
        RevocationIndex index = new(TimeSpan.Zero);
        SessionGate gate = new(lease, index, new LiveConnections(), new CopyJudge(realms, new TokenResolver(realms, TimeProvider.System)),
            new RefusedSessions(index), new ClusterOptions());
        HeaderHygiene hygiene = new(realms, new RequestLimits(16 * 1024, 32 * 1024, 100));
        ReadingPlan plan = new(realms, new RoutePolicy { Session = SessionPolicy.Required });

        DefaultHttpContext context = Ordinary(Token(rsa, 0));
        Stopwatch first = Stopwatch.StartNew();
        await gate.IdentifyAsync(context, plan);
        Console.WriteLine(
            $"{"the first token of a process, its keys read, code compiled", -50} {first.Elapsed.TotalMilliseconds,10:N0} ms");
        for (int warm = 0; warm < 10_000; warm++) await gate.IdentifyAsync(context, plan);
        Measure("credentials read and resolved, token remembered", Requests,
            () => gate.IdentifyAsync(context, plan).IsCompletedSuccessfully);
        Measure("headers looked over", Requests, () => hygiene.Clean(context, trusted: false) is null);
        Measure("a plain path looked over", Requests, () => PathReadings.IsPlain("/api/things/17"));
        foreach (string piece in (string[])["%", "%;", "%;%;", "%2F", "%2561%25", "a.b ", "eyJ.e.y,"])
        {
            DefaultHttpContext odd = Ordinary(string.Concat(Enumerable.Repeat(piece, 30_000 / piece.Length)));
            Measure($"30 KB of {piece} as a bearer token", 200, () => gate.IdentifyAsync(odd, plan).IsCompleted);
        }
        foreach (string piece in (string[])["/", "/.", "/../", ";/..", "%2F", "%2f%5c", "%252F", "\\", ". /"])
        {
            string odd = "/" + string.Concat(Enumerable.Repeat(piece, 15_000 / piece.Length));
            Measure($"a path of 15 KB of {piece} in all readings", 200, () => PathReadings.Of(odd) is not null || odd.Length > 0);
        }
        Measure("a doubtful path in all readings", Requests / 100, () => PathReadings.Of("/files/a%2Fb;v=1/../c") is not null);

        string[] fresh = [.. Enumerable.Range(1, FreshTokens).Select(n => "Bearer " + Token(rsa, n))];
        int next = 0;
        Measure("a token verified for the first time (RS256)", FreshTokens, () =>
        {
            context.Request.Headers.Authorization = fresh[next++];
            return gate.IdentifyAsync(context, plan).IsCompletedSuccessfully;
        });
        File.Delete(keys);
    }

    private static void Measure(string what, int times, Func<bool> run)
    {
        // The best of ten parts: the others had to share the machine, or were compiled meanwhile.
        const int parts = 10;
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        double best = double.MaxValue;
        for (int part = 0; part < parts; part++)
        {
            Stopwatch clock = Stopwatch.StartNew();
            for (int n = 0; n < times / parts; n++)
                if (!run()) throw new InvalidOperationException(what);
            best = Math.Min(best, clock.Elapsed.TotalNanoseconds / (times / parts));
        }
        Console.WriteLine($"{what,-50} {best,10:N0} ns {(GC.GetAllocatedBytesForCurrentThread() - allocated) / times,8:N0} bytes");
    }

    private static DefaultHttpContext Ordinary(string token)
    {
        DefaultHttpContext context = new();
        context.Request.Path = "/api/things/17";
        context.Request.QueryString = new QueryString("?page=2&sort=name");
        (string Name, string Value)[] headers =
            [("Host", "app.example"), ("Accept", "*/*"), ("Accept-Encoding", "gzip, br"), ("User-Agent", "benchmark/1.0"),
                ("Cookie", "theme=dark; lang=en"), ("X-Request-ID", "17"), ("Authorization", "Bearer " + token)];
        foreach ((string name, string value) in headers) context.Request.Headers[name] = value;
        return context;
    }

    private static string Token(RSA rsa, int number)
    {
        string signed = Encode("""{"alg":"RS256","kid":"k"}""") + "."
            + Encode(
                $$"""{"iss":"https://idp.example","aud":"app","sub":"user-{{number}}","sid":"session-{{number}}","iat":1700000000,"exp":4102444800}""");
        return signed + "." + Base64Url.EncodeToString(
            rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}

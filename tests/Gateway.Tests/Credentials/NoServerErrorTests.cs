using Xunit.Abstractions;

namespace Gateway.Tests.Credentials;

/// <summary>Nothing that a client can send is answered with a server's error.</summary>
public sealed class NoServerErrorTests(ReadingHost host, ITestOutputHelper output) : IClassFixture<ReadingHost>
{
    private static readonly string[] Odd =
    [
        "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity", "Transfer-Encoding: chunked", "Content-Length: 0",
        "Content-Length: -1", "Content-Length: 5x", "Expect: 100-continue", "Expect: nonsense",
        "TE: trailers", "TE: gzip;q=0.5", "Trailer: Authorization", "Upgrade: h2c", "Upgrade: websocket",
        "HTTP2-Settings: AAMAAABkAAQAAP__", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 99", "Range: bytes=x",
        "If-Modified-Since: yesterday", "Content-Type: ", "Content-Type: \u0001", "Accept:", "X-Empty:", "X-Control: a\u0001b\u007f",
        "X-Tab: a\tb", "Cookie:", "Cookie: ;;;=;=a", "Cookie: =", "Authorization:", "Date: x", "Max-Forwards: -1",
        "Proxy-Connection: keep-alive", "Keep-Alive: timeout=x", "X-Very-Long: LONG", "Via: x", "Warning: x", "From: @", "Referer: ::",
        "User-Agent: ", "Accept-Encoding: \"", "X-Request-ID: \"\"", "traceparent: 00-zz", "baggage: =;=", "Content-Encoding: x",
        "Content-Location: ::", "Content-MD5: x", "Allow: x", "Last-Modified: x", "Expires: 0", "Host2: x", "grpc-timeout: x",
        "X-2fa-Code: \u0002", "Sec-Fetch-Mode: x", "Forwarded: =", "X-Forwarded-For: x",
    ];

    private static readonly string[] Targets = ["/", "*", "/x?%", "/x?%00", "/x?\"<>", "/x?a=%ff", "/\"<>", "/{}|^`", "/x%20", "/a%2Fb",
        "/:80", "//", "/?", "/x?a?b", "/ignore/%C3%28", "/[", "/x@y:z", "http://app.example", "http://app.example/x?y", "/ignore/" + "a/",
        "/~", "/%25", "/x?" + "[]", "/ignore/x?#", "/ignore/?a;b", "/ignore/x|y"];

    private static readonly string[] Methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "get", "X",
        "M-SEARCH", "CONNECT", "QUERY"];

    [Fact]
    public async Task Odd_requests_are_answered_by_the_backend_or_with_the_clients_error()
    {
        const int seed = 42;
        Random random = new(seed);
        Dictionary<int, int> answers = [];
        for (int round = 0; round < 300; round++)
        {
            string[] headers = [.. Enumerable.Range(0, random.Next(0, 4))
                .Select(_ => Odd[random.Next(Odd.Length)].Replace("LONG", new string('x', random.Next(40_000))))];
            string line =
                $"{Methods[random.Next(Methods.Length)]} {Targets[random.Next(Targets.Length)]} HTTP/1.{(random.Next(8) == 0 ? 0 : 1)}";
            // Where a body is announced, one follows that is none: the connection ends the request.
            Outcome outcome = await host.SendBytesAsync(line, headers).WithinAsync();
            answers[outcome.Status] = answers.GetValueOrDefault(outcome.Status) + 1;
            Assert.True(outcome.Status is < 500 or 501 or 505,
                $"seed {seed}, round {round}: {line}\n{string.Join('\n', headers)}\n{outcome.Answer}");
        }
        output.WriteLine($"seed {seed}: "
            + string.Join(", ", answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} × {answer.Key}")));
    }
}

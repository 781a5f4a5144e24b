using System.IO.Compression;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Dialects.Zitadel.Messages;
using Google.Protobuf;

namespace Gateway.Tests.Dialects.Zitadel;

public sealed class ZitadelWireTests(ZitadelFixture fixture) : IClassFixture<ZitadelFixture>
{
    private readonly DialectHost _host = fixture.Host;
    private readonly ZitadelWire _wire = new(fixture.Host.Gateway.Url, fixture.Host.Gateway.Http2Url);

    public static TheoryData<string> Protocols => [.. ZitadelWire.Protocols];

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task The_three_calls_work_over_every_protocol(string protocol)
    {
        foreach (string version in new[] { "v2", "v2beta" })
        {
            string user = DialectHost.New("user"), session = DialectHost.New("session"), current = DialectHost.New("session");
            string token = await _host.SeenTokenAsync(user, session), caller = await _host.SeenTokenAsync(user, current);

            WireAnswer listed = await _wire.CallAsync(protocol, "ListSessions", new ListSessionsRequest { Query = new() { Asc = true } },
                caller, version);
            Assert.Equal((0, ""), (listed.Code, listed.Message));
            Assert.Equal([session, current], listed.As<ListSessionsResponse>().Sessions.Select(found => found.Id));

            WireAnswer got = await _wire.CallAsync(protocol, "GetSession", new GetSessionRequest { SessionId = session }, caller, version);
            Assert.Equal(user, got.As<GetSessionResponse>().Session.Factors.User.Id);

            WireAnswer ended = await _wire.CallAsync(protocol, "DeleteSession",
                new DeleteSessionRequest { SessionId = session, SessionToken = token }, caller, version);
            Assert.Equal(0, ended.Code);
            Details details = ended.As<DeleteSessionResponse>().Details;
            Assert.True(details.Sequence > 0);
            Assert.Equal("main", details.ResourceOwner);
            Assert.True(details.CreationDate.ToDateTime() <= details.ChangeDate.ToDateTime());
            Assert.Equal("1/1", ended.Http.Headers.GetValues("Gateway-Enforced").Single());
            Assert.Equal(401, await _host.ReachAsync(token));

            WireAnswer again = await _wire.CallAsync(protocol, "DeleteSession", new DeleteSessionRequest { SessionId = session }, caller,
                version);
            Assert.Equal(details, again.As<DeleteSessionResponse>().Details);
        }
    }

    [Theory]
    [MemberData(nameof(Protocols))]
    public async Task Errors_are_the_same_over_every_protocol(string protocol)
    {
        string session = DialectHost.New("session"), owner = DialectHost.New("user");
        string token = await _host.SeenTokenAsync(owner, session), admin = _host.Token("root", "r", admin: true),
            mallory = _host.Token("mallory", "m");
        DeleteSessionRequest request = new() { SessionId = session };
        await IsAsync(await _wire.CallAsync(protocol, "DeleteSession", request, null), 16, 401, "auth header missing", null);
        await IsAsync(await _wire.CallAsync(protocol, "DeleteSession", request, "Bearer x"), 16, 401, "invalid auth header", "AUTH-7fs1e");
        await IsAsync(await _wire.CallAsync(protocol, "DeleteSession", request, "nonsense"), 16, 401, "Token is invalid", "AUTH-7fs1e");
        await IsAsync(await _wire.CallAsync(protocol, "DeleteSession", request, mallory), 7, 403, "No matching permissions found",
            "AUTH-AWfge");
        await IsAsync(await _wire.CallAsync(protocol, "DeleteSession",
            new DeleteSessionRequest { SessionId = session, SessionToken = "wrong" }, admin), 7, 403, "Session Token is invalid",
            "COMMAND-sGr42");
        await IsAsync(await _wire.CallAsync(protocol, "DeleteSession", new DeleteSessionRequest { SessionId = DialectHost.New("unknown") },
            admin), 5, 404, "Session does not exist", "QUERY-SFeaa");
        await IsAsync(await _wire.CallAsync(protocol, "GetSession", new GetSessionRequest { SessionId = DialectHost.New("unknown") },
            admin), 5, 404, "Session does not exist", "QUERY-SFeaa");
        await IsAsync(await _wire.CallAsync(protocol, "GetSession", new GetSessionRequest { SessionId = session, SessionToken = "wrong" },
            admin), 7, 403, "Errors.PermissionDenied", "QUERY-dsfr3");
        await IsAsync(await _wire.CallAsync(protocol, "DeleteSession", new DeleteSessionRequest(), admin), 3, 400,
            "invalid DeleteSessionRequest.SessionId: value length must be between 1 and 200 runes, inclusive", null);
        await IsAsync(await _wire.CallAsync(protocol, "GetSession", new GetSessionRequest { SessionId = new string('x', 201) }, admin), 3,
            400, "invalid GetSessionRequest.SessionId: value length must be between 1 and 200 runes, inclusive", null);
        Assert.Equal(3, (await _wire.SendAsync(protocol, "DeleteSession", "{ÿ"u8.ToArray(), admin)).Code);
        Assert.Equal(8, (await _wire.SendAsync(protocol, "DeleteSession", new byte[300_000], admin)).Code);
        Assert.Equal(200, await _host.ReachAsync(token));

        async Task IsAsync(WireAnswer answer, int code, int http, string text, string? id)
        {
            await Task.CompletedTask;
            Assert.Equal((code, id is null ? text : $"{text} ({id})"), (answer.Code, answer.Message));
            Assert.Equal((id, id is null ? null : text), (answer.Detail?.Id, answer.Detail?.Message));
            if (protocol is "application/json" or "application/proto") Assert.Equal(http, (int)answer.Http.StatusCode);
        }
    }

    [Fact]
    public async Task An_error_over_grpc_is_one_block_of_headers()
    {
        WireAnswer answer = await _wire.CallAsync("application/grpc", "DeleteSession", new DeleteSessionRequest { SessionId = "x" }, null);
        Assert.Equal("16", answer.Http.Headers.GetValues("grpc-status").Single());
        Assert.Equal("auth header missing", answer.Http.Headers.GetValues("grpc-message").Single());
        Assert.Empty(answer.Bytes);
        Assert.Empty(answer.Http.TrailingHeaders);
    }

    [Theory]
    [InlineData("application/grpc")]
    [InlineData("application/grpc-web+proto")]
    public async Task Gzip_is_read_and_any_other_compression_is_named(string protocol)
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session"), caller = _host.Token(user, "current");
        await _host.SeenTokenAsync(user, session);
        byte[] message = new DeleteSessionRequest { SessionId = session }.ToByteArray();
        WireAnswer unknown = await _wire.SendRawAsync(protocol, "DeleteSession", ZitadelWire.Frame(1, message), caller,
            change: request => request.Headers.Add("grpc-encoding", "snappy"));
        Assert.Equal(12, unknown.Code);
        Assert.Equal("gzip,identity", string.Join(',', unknown.Http.Headers.GetValues("grpc-accept-encoding")));
        Assert.Equal(3, (await _wire.SendRawAsync(protocol, "DeleteSession", ZitadelWire.Frame(1, message), caller)).Code);
        Assert.Equal(3,
            (await _wire.SendRawAsync(protocol, "DeleteSession", ZitadelWire.Frame(1, message), caller,
                change: request => request.Headers.Add("grpc-encoding", "gzip"))).Code);
        Assert.Equal(8,
            (await _wire.SendRawAsync(protocol, "DeleteSession", ZitadelWire.Frame(1, Gzip(new byte[10_000_000])), caller,
                change: request => request.Headers.Add("grpc-encoding", "gzip"))).Code);
        Assert.Equal(0,
            (await _wire.SendRawAsync(protocol, "DeleteSession", ZitadelWire.Frame(1, Gzip(message)), caller,
                change: request => request.Headers.Add("grpc-encoding", "gzip"))).Code);
    }

    [Fact]
    public async Task Connect_reads_gzip_and_knows_one_version_of_itself()
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session"), caller = _host.Token(user, "current");
        await _host.SeenTokenAsync(user, session);
        byte[] json = Encoding.UTF8.GetBytes($$"""{"sessionId":"{{session}}"}""");
        WireAnswer version = await _wire.SendAsync("application/json", "GetSession", json, caller,
            change: request => request.Headers.Add("connect-protocol-version", "2"));
        Assert.Equal(3, version.Code);
        WireAnswer encoding = await _wire.SendAsync("application/json", "GetSession", json, caller,
            change: request => request.Content!.Headers.ContentEncoding.Add("br"));
        Assert.Equal((12, 415), (encoding.Code, (int)encoding.Http.StatusCode));
        WireAnswer read = await _wire.SendAsync("application/json", "GetSession", Gzip(json), caller, change: request =>
        {
            request.Content!.Headers.ContentEncoding.Add("gzip");
            request.Headers.Add("connect-protocol-version", "1");
            request.Headers.Add("connect-timeout-ms", "30000");
        });
        Assert.Equal(0, read.Code);
        using HttpResponseMessage charset = await _host.SendAsync(HttpMethod.Post, "/zitadel.session.v2.SessionService/GetSession", caller,
            DialectHost.Json(Encoding.UTF8.GetString(json)));
        Assert.Equal(200, (int)charset.StatusCode);
    }

    [Theory]
    [InlineData("30S")]
    [InlineData("nonsense")]
    public async Task A_timeout_is_tolerated(string timeout)
    {
        WireAnswer answer = await _wire.SendAsync("application/grpc", "ListSessions", [], _host.Token("u", "s"),
            change: request => request.Headers.Add("grpc-timeout", timeout));
        Assert.Equal(0, answer.Code);
    }

    public static TheoryData<byte[], int> Frames => new()
    {
        { [], 12 },
        { [0], 3 },
        { [0, 0, 0, 0], 3 },
        { [0, 0, 0, 0, 1], 3 },
        { [0, 0, 0, 0, 9, 1], 3 },
        { [0, 0xff, 0xff, 0xff, 0xff], 8 },
        { [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 12 },
        { [2, 0, 0, 0, 0], 3 },
        { [0x80, 0, 0, 0, 0], 3 },
        { [0, 0, 0, 0, 1, 0xff], 3 },
    };

    [Theory]
    [MemberData(nameof(Frames))]
    public async Task A_broken_frame_is_an_error_of_the_client(byte[] body, int code)
    {
        string caller = _host.Token("u", "s");
        foreach (string protocol in new[] { "application/grpc", "application/grpc-web", "application/grpc-web-text" })
            Assert.Equal(code, (await _wire.SendRawAsync(protocol, "DeleteSession", body, caller)).Code);
    }

    [Fact]
    public async Task Text_may_come_in_pieces_that_are_padded_each_for_itself()
    {
        string user = DialectHost.New("user"), session = DialectHost.New("session");
        await _host.SeenTokenAsync(user, session);
        byte[] frame = ZitadelWire.Frame(0, new DeleteSessionRequest { SessionId = session }.ToByteArray());
        string text = Convert.ToBase64String(frame[..1]) + Convert.ToBase64String(frame[1..6]) + Convert.ToBase64String(frame[6..]);
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, "/zitadel.session.v2.SessionService/DeleteSession",
            _host.Token(user, "current"), Text(text));
        string decoded = Encoding.Latin1.GetString(Convert.FromBase64String(await answer.Content.ReadAsStringAsync()));
        Assert.Contains("grpc-status: 0\r\n", decoded, StringComparison.Ordinal);
        foreach (string broken in new[] { "A", "AAAA*AAA", "====", text + "=" })
        {
            using HttpResponseMessage refused = await _host.SendAsync(HttpMethod.Post, "/zitadel.session.v2.SessionService/DeleteSession",
                _host.Token(user, "current"), Text(broken));
            Assert.Contains("grpc-status: 3\r\n",
                Encoding.Latin1.GetString(Convert.FromBase64String(await refused.Content.ReadAsStringAsync())), StringComparison.Ordinal);
        }

        static ByteArrayContent Text(string text)
        {
            ByteArrayContent content = new(Encoding.ASCII.GetBytes(text));
            content.Headers.TryAddWithoutValidation("Content-Type", "application/grpc-web-text");
            return content;
        }
    }

    [Fact]
    public async Task An_unknown_content_type_is_415_and_goes_nowhere()
    {
        int before = _host.Backend.Requests.Count(request => request.Path.EndsWith("DeleteSession", StringComparison.Ordinal));
        using HttpResponseMessage answer = await _host.SendAsync(HttpMethod.Post, "/zitadel.session.v2.SessionService/DeleteSession",
            _host.Token("u", "s"), new StringContent("x", Encoding.UTF8, "text/plain"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains("application/grpc+proto", answer.Headers.GetValues("Accept-Post").Single(), StringComparison.Ordinal);
        Assert.Equal(before, _host.Backend.Requests.Count(request => request.Path.EndsWith("DeleteSession", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task With_tls_every_protocol_shares_one_port()
    {
        int port = FreePort.Take();
        using TempFolder folder = new();
        await using DialectHost host = await DialectHost.StartAsync("Zitadel", http2: true,
            change: settings => settings.Set("Kestrel:Endpoints:Tls", new JsonObject
        {
            ["Url"] = $"https://127.0.0.1:{port}",
            ["Certificate"] = new JsonObject { ["Path"] = Certificate(folder["tls.pfx"]), ["Password"] = "test" },
        }));
        ZitadelWire wire = new($"https://127.0.0.1:{port}", $"https://127.0.0.1:{port}");
        foreach (string protocol in ZitadelWire.Protocols)
        {
            string user = DialectHost.New("user"), session = DialectHost.New("session");
            await host.SeenTokenAsync(user, session);
            Assert.Equal(0,
                (await wire.CallAsync(protocol, "DeleteSession", new DeleteSessionRequest { SessionId = session },
                    host.Token(user, "current"))).Code);
        }
    }

    private static string Certificate(string path)
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=127.0.0.1", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllBytes(path, certificate.Export(X509ContentType.Pkcs12, "test"));
        return path;
    }

    private static byte[] Gzip(byte[] bytes)
    {
        using MemoryStream compressed = new();
        using (GZipStream gzip = new(compressed, CompressionMode.Compress)) gzip.Write(bytes);
        return compressed.ToArray();
    }
}

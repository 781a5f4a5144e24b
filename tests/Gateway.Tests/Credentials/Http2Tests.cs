using System.Text;

namespace Gateway.Tests.Credentials;

/// <summary>Requests over HTTP/2, header field by header field (RFC 9113, RFC 7541), as no client library would send them.</summary>
public sealed class Http2Tests(ReadingHost host) : IClassFixture<ReadingHost>
{
    [Fact]
    public async Task Rule_2_crumbs_of_a_cookie_are_one_cookie()
    {
        RecordedRequest? request = await SendAsync(("cookie", "a=1"), ("cookie", "access_token=" + host.Good), ("cookie", "b=2"));
        Assert.True($"a=1; access_token={host.Good}; b=2" == request!["Cookie"], string.Join("\n", request.Headers));
        Assert.Null(await SendAsync(("cookie", "access_token=" + host.Good), ("cookie", "access_token=" + host.Revoked)));
        Assert.Null(await SendAsync(("cookie", "x=1"), ("cookie", "access_token=" + host.Revoked)));
        Assert.Null(await SendAsync(("cookie", "Access_token=" + host.Revoked)));
    }

    [Fact]
    public async Task Rules_1_and_18_hold_as_over_http_1()
    {
        Assert.NotNull(await SendAsync(("authorization", "bearer " + host.Good)));
        Assert.Null(await SendAsync(("authorization", "Bearer " + host.Good), ("authorization", "Bearer " + host.Revoked)));
        Assert.Null(await SendAsync(("authorization", " Bearer " + host.Revoked)));
        Assert.Null(await SendAsync(("authorization", "Bearer " + host.Revoked + " ")));
        Assert.Null(await SendAsync(("x-api-key", " " + ReadingHost.RevokedKey)));
        Assert.Null(await SendAsync(("connection", "authorization"), ("authorization", "Bearer " + host.Good)));
        Assert.Null((await SendAsync(("x-session-id", "forged")))!["X-Session-Id"]);
    }

    [Theory]
    [InlineData("connect-udp", 501), InlineData("websockets", 501), InlineData(null, 400)]
    public async Task A_connect_that_opens_no_websocket_never_reaches_the_proxy(string? protocol, int status)
    {
        (string, string)[] head = protocol is null ? [(":method", "CONNECT"), (":authority", "app.example:443")]
            : [(":method", "CONNECT"), (":protocol", protocol), (":scheme", "http"), (":path", "/x"), (":authority", "app.example")];
        byte[] answer = (await RawHttp2.ExchangeAsync(host.Gateway.Http2Url, flags: 4, head))!;
        // RFC 7541 section 6.1 and 6.2.1: 400 is an entry of the static table, 501 an indexed name with a value of its own.
        Assert.True(status == 400 ? answer[0] == 0x80 + 12 : Encoding.Latin1.GetString(answer).Contains("501"),
            Convert.ToHexString(answer));
    }

    private async Task<RecordedRequest?> SendAsync(params (string Name, string Value)[] fields)
    {
        string number = Guid.NewGuid().ToString();
        await RawHttp2.ExchangeAsync(host.Gateway.Http2Url, flags: 5,
            [(":method", "GET"), (":scheme", "http"), (":path", "/x"), (":authority", "app.example"), .. fields, ("x-number", number)]);
        return host.Backend.Requests.FirstOrDefault(request => request["X-Number"] == number);
    }
}

using System.Buffers.Binary;
using System.Net.Sockets;
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
        byte[] answer = (await ExchangeAsync(flags: 4, head))!;
        // RFC 7541 section 6.1 and 6.2.1: 400 is an entry of the static table, 501 an indexed name with a value of its own.
        Assert.True(status == 400 ? answer[0] == 0x80 + 12 : Encoding.Latin1.GetString(answer).Contains("501"),
            Convert.ToHexString(answer));
    }

    private async Task<RecordedRequest?> SendAsync(params (string Name, string Value)[] fields)
    {
        string number = Guid.NewGuid().ToString();
        await ExchangeAsync(flags: 5, [(":method", "GET"), (":scheme", "http"), (":path", "/x"), (":authority", "app.example"), .. fields,
            ("x-number", number)]);
        return host.Backend.Requests.FirstOrDefault(request => request["X-Number"] == number);
    }

    /// <returns>The header block of the answer; null when the stream or the connection was reset.</returns>
    private async Task<byte[]?> ExchangeAsync(byte flags, (string Name, string Value)[] all)
    {
        using MemoryStream block = new();
        foreach ((string name, string value) in all)
        {
            block.WriteByte(0);
            WriteString(block, name);
            WriteString(block, value);
        }
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(host.Gateway.Http2Url).Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray());
        await stream.WriteAsync(Frame(type: 4, flags: 0, stream: 0, []));
        await stream.WriteAsync(Frame(type: 1, flags, stream: 1, block.ToArray()));
        using CancellationTokenSource limit = new(Eventually.Deadline);
        byte[] head = new byte[9];
        while (true)
        {
            await stream.ReadExactlyAsync(head, limit.Token);
            byte[] payload = new byte[head[0] << 16 | head[1] << 8 | head[2]];
            await stream.ReadExactlyAsync(payload, limit.Token);
            if (head[3] is 1 or 3 or 7) return head[3] == 1 ? payload : null;
        }
    }

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        byte[] frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }

    // RFC 7541 section 5.2, without Huffman; section 5.1 for lengths from 127 on.
    private static void WriteString(MemoryStream to, string text)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        if (bytes.Length < 127) to.WriteByte((byte)bytes.Length);
        else
        {
            to.WriteByte(127);
            int rest = bytes.Length - 127;
            for (; rest >= 128; rest >>= 7) to.WriteByte((byte)(rest & 127 | 128));
            to.WriteByte((byte)rest);
        }
        to.Write(bytes);
    }
}

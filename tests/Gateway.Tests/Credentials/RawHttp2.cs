using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Credentials;

/// <summary>One request over HTTP/2, header field by header field (RFC 9113, RFC 7541), as no client library would send it.</summary>
internal static class RawHttp2
{
    /// <returns>The header block of the answer; null when the stream or the connection was reset.</returns>
    public static async Task<byte[]?> ExchangeAsync(string url, byte flags, IEnumerable<(string Name, string Value)> all)
    {
        using MemoryStream block = new();
        foreach ((string name, string value) in all)
        {
            block.WriteByte(0);
            WriteString(block, name);
            WriteString(block, value);
        }
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(url).Port);
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

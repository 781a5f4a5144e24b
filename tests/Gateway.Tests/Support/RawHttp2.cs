using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Support;

/// <summary>Frames of HTTP/2, and one request, header field by header field (RFC 9113, RFC 7541), as no client library would send
/// it.</summary>
internal static class RawHttp2
{
    /// <summary>The preface and empty settings.</summary>
    public static byte[] Hello { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(type: 4, flags: 0, stream: 0, [])];

    /// <param name="flags">Of RFC 9113 section 6.2: 1 ends the stream, 4 the headers.</param>
    public static byte[] Headers(int stream, byte flags, IEnumerable<(string Name, string Value)> fields)
    {
        using MemoryStream block = new();
        foreach ((string name, string value) in fields)
        {
            block.WriteByte(0);
            WriteString(block, name);
            WriteString(block, value);
        }
        return Frame(type: 1, flags, stream, block.ToArray());
    }

    /// <summary>Cancels a stream.</summary>
    public static byte[] Reset(int stream) => Frame(type: 3, flags: 0, stream, [0, 0, 0, 8]);

    /// <returns>The header block of the answer; null when the stream or the connection was reset.</returns>
    public static async Task<byte[]?> ExchangeAsync(string url, byte flags, IEnumerable<(string Name, string Value)> all)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(url).Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Hello);
        await stream.WriteAsync(Headers(stream: 1, flags, all));
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

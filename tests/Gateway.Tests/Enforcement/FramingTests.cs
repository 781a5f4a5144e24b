using System.Buffers.Binary;
using System.Text;
using Gateway.Enforcement.Endings;

namespace Gateway.Tests.Enforcement;

/// <summary>The trackers of frames against naive ones that see the whole stream, over random streams split at random places.</summary>
public sealed class FramingTests
{
    private const int Rounds = 400;

    [Fact]
    public void WebSocket_frames_end_where_a_naive_parser_says_however_they_are_split()
    {
        Random random = new(20260102);
        for (int round = 0; round < Rounds; round++)
        {
            (byte[] stream, HashSet<int> ends) = Frames(random, RandomWebSocketFrame);
            CheckSplits(random, stream, ends, () => new WebSocketFraming());
        }
    }

    [Fact]
    public void Grpc_messages_end_where_a_naive_parser_says_however_they_are_split()
    {
        Random random = new(20260103);
        for (int round = 0; round < Rounds; round++)
        {
            (byte[] stream, HashSet<int> ends) = Frames(random, RandomGrpcMessage);
            CheckSplits(random, stream, ends, () => new GrpcFraming());
        }
    }

    [Fact]
    public void Grpc_messages_in_base64_end_where_a_group_ends_too_however_they_are_split()
    {
        Random random = new(20260105);
        for (int round = 0; round < Rounds; round++)
        {
            List<byte> stream = [];
            HashSet<int> ends = [0];
            for (int flush = random.Next(1, 5); flush > 0; flush--)
            {
                (byte[] messages, HashSet<int> whole) = Frames(random, RandomGrpcMessage);
                foreach (int end in whole)
                    if (end % 3 == 0 || end == messages.Length) ends.Add(stream.Count + (end + 2) / 3 * 4);
                stream.AddRange(Encoding.ASCII.GetBytes(Convert.ToBase64String(messages)));
            }
            CheckSplits(random, [.. stream], ends, () => new GrpcTextFraming());
        }
    }

    [Fact]
    public void An_event_may_begin_where_a_naive_reader_of_lines_says()
    {
        Random random = new(20260104);
        string[] pieces = ["data: x", ":", "a", "\n", "\r", "\r\n", "\n\n", "\r\r", "\r\n\r\n", "id: 7\n", "é"];
        for (int round = 0; round < Rounds; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            byte[] stream = Encoding.UTF8.GetBytes(text);
            HashSet<int> ends = [.. Enumerable.Range(0, stream.Length + 1)
                .Where(length => EndsWithEmptyLine(Encoding.Latin1.GetString(stream, 0, length)))];
            Split(random, stream, new EventFraming(),
                (framing, at) => Assert.True(ends.Contains(at) == framing.AtBoundary,
                    $"{round}: at {at} of {text.ReplaceLineEndings("|")}"));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void A_frame_of_any_length_form_is_followed(int length)
    {
        foreach (bool masked in (bool[])[false, true])
        {
            byte[] frame = WebSocketFrame(0x82, new byte[length], masked);
            WebSocketFraming framing = new();
            framing.Advance(frame.AsSpan(0, frame.Length - 1));
            Assert.False(framing.AtBoundary);
            Assert.Equal(1, framing.AdvanceToBoundary([frame[^1], 1, 2, 3]));
            Assert.True(framing.AtBoundary);
        }
    }

    [Fact]
    public void A_close_frame_is_noticed_and_a_ping_between_fragments_is_not_taken_for_one()
    {
        WebSocketFraming framing = new();
        framing.Advance(WebSocketFrame(0x01, "half"u8.ToArray(), true));
        framing.Advance(WebSocketFrame(0x89, "ping"u8.ToArray(), true));
        framing.Advance(WebSocketFrame(0x80, "other half"u8.ToArray(), true));
        Assert.False(framing.Closed);
        byte[] close = WebSocketFrame(0x88, [0x03, 0xE8], true);
        framing.Advance(close.AsSpan(0, close.Length - 1));
        Assert.False(framing.Closed);
        framing.Advance(close.AsSpan(close.Length - 1));
        Assert.True(framing.Closed);
    }

    private static void CheckSplits(Random random, byte[] stream, HashSet<int> ends, Func<Framing> make)
    {
        Split(random, stream, make(), (framing, at) => Assert.Equal(ends.Contains(at), framing.AtBoundary));

        // From any place on, exactly the rest of the frame that has begun is taken.
        int from = random.Next(stream.Length + 1);
        Framing resumed = make();
        resumed.Advance(stream.AsSpan(0, from));
        int expected = ends.Contains(from) ? 0 : ends.Where(end => end > from).Min() - from;
        Assert.Equal(expected, resumed.AdvanceToBoundary(stream.AsSpan(from)));
    }

    private static void Split(Random random, byte[] stream, Framing framing, Action<Framing, int> check)
    {
        check(framing, 0);
        for (int at = 0; at < stream.Length;)
        {
            int length = Math.Min(random.Next(1, random.Next(2) == 0 ? 4 : 100), stream.Length - at);
            framing.Advance(stream.AsSpan(at, length));
            at += length;
            check(framing, at);
        }
    }

    private static (byte[] Stream, HashSet<int> Ends) Frames(Random random, Func<Random, byte[]> make)
    {
        List<byte> stream = [];
        HashSet<int> ends = [0];
        for (int n = random.Next(1, 8); n > 0; n--)
        {
            stream.AddRange(make(random));
            ends.Add(stream.Count);
        }
        return ([.. stream], ends);
    }

    private static byte[] RandomWebSocketFrame(Random random)
    {
        int length = random.Next(6) switch { 0 => 0, 1 => 126, 2 => random.Next(126, 700), 3 => random.Next(65530, 65560),
            _ => random.Next(1, 126) };
        byte[] payload = new byte[length];
        random.NextBytes(payload);
        byte first = (byte)((random.Next(2) << 7) | (random.Next(2) << 6) | new[] { 0, 1, 2, 9, 10 }[random.Next(5)]);
        return WebSocketFrame(first, payload, random.Next(2) == 0);
    }

    private static byte[] RandomGrpcMessage(Random random)
    {
        byte[] message = new byte[5 + random.Next(4) switch { 0 => 0, 1 => random.Next(1, 5), _ => random.Next(300) }];
        random.NextBytes(message);
        message[0] = (byte)random.Next(2);
        BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(1), message.Length - 5);
        return message;
    }

    internal static byte[] WebSocketFrame(byte first, byte[] payload, bool masked)
    {
        List<byte> frame = [first];
        byte mask = (byte)(masked ? 0x80 : 0);
        if (payload.Length < 126) frame.Add((byte)(mask | payload.Length));
        else if (payload.Length < 65536)
        {
            frame.Add((byte)(mask | 126));
            frame.AddRange([(byte)(payload.Length >> 8), (byte)payload.Length]);
        }
        else
        {
            frame.Add((byte)(mask | 127));
            byte[] length = new byte[8];
            BinaryPrimitives.WriteInt64BigEndian(length, payload.Length);
            frame.AddRange(length);
        }
        byte[] key = [1, 2, 3, 4];
        if (masked) frame.AddRange(key);
        frame.AddRange(masked ? payload.Select((b, i) => (byte)(b ^ key[i & 3])) : payload);
        return [.. frame];
    }

    // The whole text: no line yet, or a line end that follows a line end.
    private static bool EndsWithEmptyLine(string text)
    {
        if (text.Length == 0) return true;
        if (text[^1] is not ('\r' or '\n')) return false;
        string lines = text.Replace("\r\n", "\n").Replace('\r', '\n');
        return lines == "\n" || lines.EndsWith("\n\n", StringComparison.Ordinal) || lines.All(c => c == '\n');
    }
}

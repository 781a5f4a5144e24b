using System.Buffers.Binary;
using System.Text;
using Gateway.Enforcement.Messages;

namespace Gateway.Tests.Enforcement.Messages;

public sealed class WebSocketMessagesTests
{
    [Fact]
    public void Messages_come_out_as_they_went_in_however_they_are_cut()
    {
        const int seed = 7;
        Random random = new(seed);
        for (int round = 0; round < 500; round++)
        {
            List<string> sent = [];
            List<byte> wire = [];
            for (int left = random.Next(1, 6); left > 0; left--)
            {
                byte[] message = new byte[random.Next(4) == 0 ? random.Next(60_000, 70_000) : random.Next(0, 300)];
                random.NextBytes(message);
                sent.Add(Convert.ToHexString(message));
                int parts = random.Next(1, 5);
                for (int part = 0, at = 0; part < parts; part++)
                {
                    int length = part == parts - 1 ? message.Length - at : random.Next(0, message.Length - at + 1);
                    wire.AddRange(Frame(random, part == 0 ? random.Next(1, 3) : 0, part == parts - 1, message.AsSpan(at, length)));
                    at += length;
                    // A control frame may stand between fragments.
                    if (random.Next(3) == 0) wire.AddRange(Frame(random, 9, last: true, "ping"u8));
                }
            }
            WebSocketMessages messages = new(100_000);
            List<byte[]> whole = [];
            byte[] all = [.. wire];
            for (int at = 0; at < all.Length;)
            {
                int next = Math.Min(all.Length, at + random.Next(1, random.Next(2) == 0 ? 4 : 5000));
                Assert.True(messages.Feed(all.AsSpan(at..next), whole));
                at = next;
            }
            Assert.Equal(sent, whole.Select(Convert.ToHexString));
        }
    }

    [Theory]
    [InlineData(0x40), InlineData(0x20), InlineData(0x10)]
    public void What_is_compressed_cannot_be_read_and_the_next_can(int bit)
    {
        Random random = new(1);
        byte[] frame = Frame(random, 1, last: true, "hello"u8);
        frame[0] |= (byte)bit;
        WebSocketMessages messages = new(100);
        List<byte[]> whole = [];
        Assert.False(messages.Feed(frame, whole));
        Assert.True(messages.Feed(Frame(random, 1, last: true, "next"u8), whole));
        Assert.Equal("next", Encoding.UTF8.GetString(Assert.Single(whole)));
    }

    [Fact]
    public void What_is_too_long_in_all_its_fragments_cannot_be_read()
    {
        Random random = new(1);
        WebSocketMessages messages = new(100);
        List<byte[]> whole = [];
        Assert.True(messages.Feed(Frame(random, 1, last: false, new byte[60]), whole));
        Assert.False(messages.Feed(Frame(random, 0, last: true, new byte[60]), whole));
        Assert.Empty(whole);
        Assert.True(messages.Feed(Frame(random, 1, last: true, new byte[100]), whole));
        Assert.Single(whole);
    }

    private static byte[] Frame(Random random, int opcode, bool last, ReadOnlySpan<byte> payload)
    {
        bool masked = random.Next(2) == 0;
        List<byte> frame = [(byte)(opcode | (last ? 0x80 : 0))];
        byte mask = (byte)(masked ? 0x80 : 0);
        byte[] length = new byte[8];
        if (payload.Length < 126) frame.Add((byte)(payload.Length | mask));
        else if (payload.Length <= ushort.MaxValue)
        {
            frame.Add((byte)(126 | mask));
            BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)payload.Length);
            frame.AddRange(length[..2]);
        }
        else
        {
            frame.Add((byte)(127 | mask));
            BinaryPrimitives.WriteUInt64BigEndian(length, (ulong)payload.Length);
            frame.AddRange(length);
        }
        byte[] key = [(byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256), (byte)random.Next(256)];
        if (masked) frame.AddRange(key);
        for (int i = 0; i < payload.Length; i++) frame.Add(masked ? (byte)(payload[i] ^ key[i & 3]) : payload[i]);
        return [.. frame];
    }
}

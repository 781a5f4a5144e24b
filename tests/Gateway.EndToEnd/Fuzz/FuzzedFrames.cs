using System.Buffers.Binary;
using System.Text;
using System.Text.Json;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>The frames of a WebSocket on which DDP is spoken, as no client writes them.</summary>
internal sealed class FuzzedFrames(Random random)
{
    private const int Text = 1, Binary = 2, Continuation = 0, Close = 8, Ping = 9, Pong = 10;

    private static readonly string[] Messages =
    [
        """{"msg":"connect","version":"1","support":["1","pre2","pre1"]}""",
        """{"msg":"method","id":"1","method":"login","params":[{"resume":"t-fuzz"}]}""",
        """{"msg":"method","id":"2","method":"login","params":[{"resume":"t-bob"}]}""",
        """{"msg":"method","id":"2","method":"login","params":[{"user":{"username":"eve"},"password":{"digest":"x"}}]}""",
        """{"msg":"method","id":"3","method":"logout","params":[]}""",
        """{"msg":"method","id":4,"method":"whoami","params":null}""",
        """{"\u006dsg":"m\u0065thod","id":"1","method":"login","params":[{"\u0072esume":"t\u002dfuzz"}]}""",
        """{"msg":"sub","id":"5","name":"stream","params":["a",{"useCollection":false}]}""",
        """{"msg":"ping","id":"6"}""", """{"msg":"pong"}""",
        """{"msg":"result","id":"1","result":{"id":"eve","token":"t-fuzz","tokenExpires":{"$date":1800000000000},"type":"resume"}}""",
        """{"msg":"result","id":"3","error":{"error":403}}""", """{"msg":"updated","methods":["1"]}""",
    ];

    /// <summary>Gives what one client sends in its life, with frames that may be broken.</summary>
    public byte[] Broken()
    {
        List<byte> sent = [];
        for (int frames = random.Next(1, 12); frames > 0; frames--) sent.AddRange(Broken(Message(sockJs: random.Once(3))));
        return random.Once(6) ? Damage.Bytes(random, [.. sent]) : [.. sent];
    }

    /// <summary>Gives what one client sends in its life: damaged messages in whole frames, and the goodbye.</summary>
    /// <param name="sockJs">In SockJS' framing most times.</param>
    public byte[] Whole(bool sockJs)
    {
        List<byte> sent = [];
        for (int frames = random.Next(1, 12); frames > 0; frames--)
            sent.AddRange(Frame(0x80 | (random.Once(8) ? Binary : Text), Message(sockJs)));
        return [.. sent, .. Frame(0x80 | Close, [3, 232])];
    }

    private byte[] Message(bool sockJs)
    {
        string text = random.Pick(Messages);
        // A flood of tokens, and of calls that are never answered.
        if (random.Once(20))
        {
            string tokens = Many(random.Next(2, 90), n => $$"""{"resume":"t-{{n}}"}""");
            text = $$"""{"msg":"method","id":"7","method":"login","params":[{{tokens}}]}""";
        }
        byte[] message = Damage.Json(random, text);
        if (sockJs && random.Next(8) > 0)
            message = Damage.Json(random, $"[{JsonSerializer.Serialize(Encoding.UTF8.GetString(message))}]");
        return message;
    }

    private byte[] Broken(byte[] message) => random.Next(12) switch
    {
        < 6 => Frame(0x80 | Text, message),
        6 => Frame(0x80 | random.Pick(Binary, Ping, Pong, Close, 3, 11, 15), random.Once(2) ? message : Damage.Junk(random, 130)),
        // Bits of extensions that nobody agreed to.
        7 => Frame(0x80 | random.Pick(0x40, 0x20, 0x10, 0x70) | Text, message),
        8 => Fragments(message),
        // A length that is not written as short as it can be, is larger than what comes, or is no length.
        9 => WithLength(message, random.Pick<ulong>((ulong)message.Length, (ulong)message.Length + 5, 5_000_000, int.MaxValue,
            1UL << 40, long.MaxValue, ulong.MaxValue, 0)),
        10 => Frame(0x80 | Text, message, isMasked: false),
        _ => Frame(random.Next(256), message),
    };

    private byte[] Fragments(byte[] message)
    {
        List<byte> frames = [];
        int opcode = random.Once(8) ? Continuation : Text;
        for (int at = 0; at < message.Length;)
        {
            int count = Math.Min(message.Length - at, random.Next(message.Length > 1000 ? 5000 : 30));
            frames.AddRange(Frame(opcode, message[at..(at += count)]));
            opcode = random.Once(20) ? Text : Continuation;
            if (random.Once(4)) frames.AddRange(Frame(0x80 | Ping, "p"u8.ToArray()));
        }
        if (random.Next(6) > 0) frames.AddRange(Frame(0x80 | Continuation, []));
        return [.. frames];
    }

    private byte[] Frame(int first, byte[] payload, bool isMasked = true)
    {
        byte mask = (byte)(isMasked ? 0x80 : 0);
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)(mask | payload.Length)],
            < 65536 => [(byte)(mask | 126), (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [(byte)(mask | 127), .. Long((ulong)payload.Length)],
        };
        return [(byte)first, .. length, .. isMasked ? Masked(payload) : payload];
    }

    private byte[] WithLength(byte[] payload, ulong length) => [0x80 | Text, 0x80 | 127, .. Long(length), .. Masked(payload)];

    private byte[] Masked(byte[] payload)
    {
        byte[] key = new byte[4], masked = [.. payload];
        random.NextBytes(key);
        for (int at = 0; at < masked.Length; at++) masked[at] ^= key[at & 3];
        return [.. key, .. masked];
    }

    private static byte[] Long(ulong length)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, length);
        return bytes;
    }

    private static string Many(int count, Func<int, string> one) => string.Join(',', Enumerable.Range(0, count).Select(one));
}

using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Gateway.Dialects.Zitadel.Messages;
using Google.Protobuf;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>The messages of ZITADEL's session service in each of its forms, damaged inside, outside or not at all.</summary>
internal sealed class FuzzedMessages(Random random)
{
    /// <summary>The body of a call in the form that its content type asks for.</summary>
    public byte[] Body(string type, string method)
    {
        byte[] message = type.EndsWith("json", StringComparison.Ordinal) ? Damage.Json(random, Json(method)) : Proto(method);
        if (!type.StartsWith("application/grpc", StringComparison.Ordinal)) return random.Once(6) ? Gzip(message) : message;
        byte[] body = Frames(message);
        return type.Contains("-text", StringComparison.Ordinal) ? Base64(body) : body;
    }

    public string Json(string method) => method switch
    {
        "DeleteSession" => """{"sessionId":"known-1","sessionToken":"x"}""",
        "GetSession" => """{"sessionId":"known-2"}""",
        _ => random.Pick("""{"query":{"offset":"0","limit":100,"asc":true},"sortingColumn":"SESSION_FIELD_NAME_CREATION_DATE"}""",
            """{"queries":[{"idsQuery":{"ids":["known-1","known-2"]}}],"query":{"limit":5}}""",
            """{"queries":[{"userIdQuery":{"id":"alice"}},{"creationDateQuery":{"creationDate":"2026-01-01T00:00:00Z"}}]}"""),
    };

    private byte[] Proto(string method)
    {
        IMessage message = method switch
        {
            "DeleteSession" => new DeleteSessionRequest { SessionId = $"known-{random.Next(20)}" },
            "GetSession" => new GetSessionRequest { SessionId = $"known-{random.Next(20)}", SessionToken = random.Pick("", "x") },
            _ => new ListSessionsRequest
            {
                Query = random.Once(2) ? new() { Limit = 5, Asc = true }
                    : new() { Limit = (uint)random.Next(), Offset = (ulong)random.NextInt64(), Asc = random.Once(2) },
                Queries = { random.Once(2) ? new SearchQuery { IdsQuery = new() { Ids = { "known-1", "known-2" } } } : OddDate() },
                SortingColumn = (SessionFieldName)random.Next(0, 2),
            },
        };
        byte[] bytes = message.ToByteArray();
        return random.Next(10) switch
        {
            < 4 => bytes,
            4 => Damage.Bytes(random, bytes),
            // A field with any number and any of the eight wire types.
            5 => [.. bytes, .. Tag(random.Next(1, 9), random.Next(8)), .. Damage.Junk(random, 40)],
            // A length that nothing is behind, and one that overflows.
            6 => [.. bytes, .. Tag(random.Next(1, 4), 2), .. random.Pick<byte[]>([0xff, 0xff, 0xff, 0xff, 0x07], [0x7f],
                [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01], [0x80])],
            // Groups in groups.
            7 => [.. bytes, .. Enumerable.Repeat((byte)0x7b, random.Pick(10, 99, 101, 20_000))],
            8 => Deep(random.Pick(5, 50, 110, 500)),
            _ => [.. Enumerable.Repeat(bytes, random.Next(2, 2000)).SelectMany(one => one).Take(200_000)],
        };
    }

    private SearchQuery OddDate() => new()
    {
        CreationDateQuery = new()
        {
            CreationDate = new() { Seconds = random.NextInt64(), Nanos = random.Next() }, Method = (TimestampQueryMethod)random.Next(-2, 9),
        },
    };

    private byte[] Frames(byte[] message)
    {
        byte[] whole = Frame(0, message);
        return random.Next(12) switch
        {
            < 6 => whole,
            6 => Frame(1, Gzip(message)),
            7 => Frame((byte)random.Next(256), message),
            8 => [.. whole, .. whole],
            9 => WithLength(whole, random.Pick<uint>(0, 1, (uint)message.Length + 1, 256 * 1024, 256 * 1024 + 1, int.MaxValue, 0x8000_0000,
                uint.MaxValue)),
            10 => whole[..random.Next(whole.Length)],
            _ => Damage.Bytes(random, whole),
        };
    }

    private byte[] Gzip(byte[] message)
    {
        // Sometimes small outside and large inside.
        if (random.Once(6)) message = new byte[random.Pick(256 * 1024, 256 * 1024 + 1, 20_000_000)];
        using MemoryStream written = new();
        using (GZipStream gzip = new(written, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(message);
        byte[] bytes = written.ToArray();
        return random.Once(4) ? Damage.Bytes(random, bytes) : bytes;
    }

    private byte[] Base64(byte[] body)
    {
        string text = Convert.ToBase64String(body);
        return Encoding.ASCII.GetBytes(random.Next(10) switch
        {
            0 => text[..random.Next(text.Length + 1)],
            1 => text.TrimEnd('='),
            2 => text.Insert(random.Next(text.Length + 1), random.Pick("=", "====", "\r\n", " ", "-_", "\0")),
            3 => Convert.ToBase64String(body.AsSpan(0, body.Length / 2)) + Convert.ToBase64String(body.AsSpan(body.Length / 2)),
            4 => text.Replace('A', '!'),
            _ => text,
        });
    }

    private static byte[] Deep(int levels)
    {
        byte[] inner = [];
        for (int level = 0; level < levels; level++) inner = [.. Tag(2, 2), .. Varint((uint)inner.Length), .. inner];
        return inner;
    }

    private static byte[] Tag(int field, int wireType) => Varint((uint)(field << 3 | wireType));

    private static byte[] Varint(uint value)
    {
        List<byte> bytes = [];
        for (; value > 0x7f; value >>= 7) bytes.Add((byte)(value | 0x80));
        return [.. bytes, (byte)value];
    }

    private static byte[] Frame(byte flags, byte[] message) => WithLength([flags, 0, 0, 0, 0, .. message], (uint)message.Length);

    private static byte[] WithLength(byte[] frame, uint length)
    {
        byte[] changed = [.. frame];
        BinaryPrimitives.WriteUInt32BigEndian(changed.AsSpan(1), length);
        return changed;
    }
}

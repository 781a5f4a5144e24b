using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>What is done to bytes, to JSON and to text so that they are nearly what a reader expects.</summary>
internal static partial class Damage
{
    private static readonly string[] OddValues =
    [
        "null", "true", "[]", "{}", "\"\"", "0", "-0", "1e400", "-1e-400", "9007199254740993", "-9223372036854775809",
        "18446744073709551616",
        "0.1e1", "NaN", "\"\\ud800\"", "\"\\u0000\"", "\"\ud83d\ude00\"", "\"known-1\\u200b\"", "[null]", "[[],{}]", "{\"\":{}}", "'x'",
        "01",
        "\"9999-12-31T23:59:59.999999999Z\"", "\"0001-01-01T00:00:00+23:59\"", "\"2026-02-30T00:00:00Z\"", "\"%00\"", "\"a\tb\"", "",
    ];

    private static readonly string[] OddIds =
    [
        "known-1", "known-2", "known-3", "%00", "%2F", "%2e%2e", "..", ".", "%zz", "%", "%ED%A0%80", "%C3%28", "%F0%9F%98%80", "a%20b",
        ";x=1",
        "a;b", "*", "known-1%00", "KNOWN-1", "%6bnown-1", "known-1/", "/known-1", "known-1?x", "{id}", "search", "null", "-1", "0",
        "01a1fd80-0000-7000-8000-000000000000", "~", "'", "\"", "\\", "%5c", "a%0d%0ab", "%25252e", "",
    ];

    [GeneratedRegex("""(?<=:)\s*("[^"]*"|-?[0-9.]+|true|false|null|\[\])""")]
    private static partial Regex Value();

    /// <summary>Gives a JSON text, whole two times of five.</summary>
    public static byte[] Json(Random random, string text)
    {
        switch (random.Next(20))
        {
            case < 8: return Encoding.UTF8.GetBytes(text);
            case 8: return Encoding.UTF8.GetBytes(text[..random.Next(text.Length + 1)]);
            case 9: return Encoding.UTF8.GetBytes(WithValue(random, text, Nested(random)));
            case 10 or 11 or 12: return Encoding.UTF8.GetBytes(WithValue(random, text, random.Pick(OddValues)));
            case 13: return Encoding.UTF8.GetBytes(WithValue(random, text, new string('9', random.Next(1, 5000))));
            case 14: return Encoding.UTF8.GetBytes(Twice(random, text));
            case 15: return Bytes(random, [.. Encoding.UTF8.GetBytes(text),
                .. random.Pick<byte[]>([0xff], [0xc3], [0xed, 0xa0, 0x80], [0])]);
            case 16: return (random.Once(2) ? Encoding.Unicode : Encoding.BigEndianUnicode).GetBytes("\uFEFF" + text);
            case 17: return Encoding.UTF8.GetBytes(Large(random, text));
            case 18: return Encoding.UTF8.GetBytes($"{random.Pick("\uFEFF", "[", "[[", "\"", "//\n", "null", " \r\n\t")}{text}"
                + random.Pick("]", "]]", "\"", text, ",", "null", "\0"));
            default: return Bytes(random, Encoding.UTF8.GetBytes(text));
        }
    }

    /// <summary>Flips, cuts, repeats and inserts.</summary>
    public static byte[] Bytes(Random random, byte[] bytes)
    {
        List<byte> result = [.. bytes];
        for (int left = random.Next(1, 5); left > 0; left--)
        {
            int at = random.Next(result.Count + 1);
            switch (random.Next(5))
            {
                case 0: result.InsertRange(at, Junk(random, 9)); break;
                case 1 when at < result.Count: result.RemoveRange(at, Math.Min(random.Next(1, 9), result.Count - at)); break;
                case 2 when at < result.Count: result[at] ^= (byte)(1 << random.Next(8)); break;
                case 3: result.RemoveRange(at, result.Count - at); break;
                default: result.InsertRange(at, result.Take(random.Next(Math.Min(result.Count, 2000) + 1)).ToArray()); break;
            }
        }
        return [.. result];
    }

    /// <summary>Gives a header's value, whole two times of three.</summary>
    /// <param name="ascii">Only what every client lets through.</param>
    public static string Header(Random random, string value, bool ascii = false)
    {
        if (random.Next(3) > 0) return value;
        string odd = Encoding.Latin1.GetString(Bytes(random, Encoding.Latin1.GetBytes(value)));
        if (random.Once(20)) odd = string.Concat(Enumerable.Repeat(value + random.Pick(",", ";", ".", " "), 8));
        return new([.. odd.Take(12_000).Select(c => c is '\r' or '\n' or '\0' || ascii && c is < ' ' or > '~' ? '~' : c)]);
    }

    /// <summary>An id as it stands in a path or a query; often one that is known.</summary>
    public static string Id(Random random) => random.Next(6) switch
    {
        0 or 1 => $"known-{random.Next(20)}",
        2 or 3 => random.Pick(OddIds),
        4 => Uri.EscapeDataString(new string([.. Enumerable.Range(0, random.Next(1, 230)).Select(_ => (char)random.Next(0x20, 0x2000))])),
        _ => string.Concat(Enumerable.Repeat(random.Pick("a", "%61", "%2525", "..;", "%C3%A4"), random.Next(1, 900))),
    };

    public static byte[] Junk(Random random, int most)
    {
        byte[] bytes = new byte[random.Next(most + 1)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string WithValue(Random random, string text, string value)
    {
        MatchCollection values = Value().Matches(text);
        if (values.Count == 0) return value;
        Match one = values[random.Next(values.Count)];
        return text[..one.Index] + value + text[(one.Index + one.Length)..];
    }

    private static string Twice(Random random, string text)
    {
        int colon = text.IndexOf(':');
        if (colon < 0 || text[0] != '{') return text + text;
        string name = text[1..colon];
        name = random.Pick(name, name.ToUpperInvariant(), name.Replace("Id", "_id"), "\"\\u0073" + name[Math.Min(2, name.Length)..]);
        return $"{{{name}:{random.Pick(OddValues)},{text[1..]}";
    }

    private static string Nested(Random random)
    {
        int deep = random.Pick(30, 33, 64, 65, 500, 20_000);
        (string open, string close) = random.Pick(("[", "]"), ("{\"a\":", "}"), ("[{\"queries\":", "}]"));
        string opened = string.Concat(Enumerable.Repeat(open, deep));
        return random.Once(3) ? opened : opened + "1" + string.Concat(Enumerable.Repeat(close, deep));
    }

    private static string Large(Random random, string text) => random.Next(4) switch
    {
        0 => text + new string(' ', random.Pick(70_000, 260_000, 270_000, 1_100_000)),
        1 => WithValue(random, text, $"\"{new string('a', random.Pick(250, 70_000, 250_000))}\""),
        2 => $"{{{string.Join(',', Enumerable.Range(0, 8000).Select(n => $"\"a{n}\":{n}"))}}}",
        _ => WithValue(random, text, $"[{string.Join(',', Enumerable.Repeat("\"\\u0061\"", 20_000))}]"),
    };
}

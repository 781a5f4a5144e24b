using System.Globalization;

namespace Gateway.Credentials;

/// <summary>
/// Reading rule 3a: a credential's name by its letters and digits alone, case folded, so that every name which some server takes for it
/// is found: <c>ACCESS.TOKEN</c>, <c>access[token</c> (PHP), <c>access_token[]</c> (qs, Rack), <c>access_token.0</c> and
/// <c>access_tokenC1</c> (frameworks that put chunks together).
/// </summary>
internal sealed class FoldedName
{
    private readonly string _letters;

    public FoldedName(string name)
    {
        _letters = string.Concat(name.Select(Fold).Where(letter => letter != Nothing));
    }

    private const char Nothing = '\0';

    /// <summary>
    /// Tells whether some server could take the text for this name, after up to two decodings. True for the exact name as well.
    /// </summary>
    public bool Matches(ReadOnlySpan<char> text)
    {
        if (IsLike(text)) return true;
        // Decoding makes nothing longer.
        if (text.Length < _letters.Length || !text.Contains('%')) return false;
        string reading = text.ToString();
        for (int decodings = 0; decodings < LenientDecoding.Most; decodings++)
        {
            string decoded = LenientDecoding.Once(reading);
            if (decoded == reading) return false;
            if (IsLike(decoded)) return true;
            reading = decoded;
        }
        return false;
    }

    /// <summary>Gives the same for a text as it stands. Allocates nothing.</summary>
    public bool IsLike(ReadOnlySpan<char> text)
    {
        if (IsLikeWhole(text)) return true;
        // An index or key behind the name (Rack takes a lone bracket for one), or what C reads as the end of a string.
        ReadOnlySpan<char> name = text.TrimStart("[]");
        int end = name.IndexOfAny('[', ']', Nothing);
        return end > 0 && IsLikeWhole(name[..end]);
    }

    private bool IsLikeWhole(ReadOnlySpan<char> text)
    {
        int at = 0;
        Tail tail = Tail.None;
        foreach (char c in text)
        {
            char letter = Fold(c);
            if (letter == Nothing) continue;
            if (at < _letters.Length)
            {
                if (letter != _letters[at++]) return false;
            }
            else if (char.IsAsciiDigit(letter)) tail = Tail.Number;
            else if (letter == 'c' && tail == Tail.None) tail = Tail.Chunk;
            else return false;
        }
        return at == _letters.Length && tail != Tail.Chunk && at > 0;
    }

    private enum Tail { None, Chunk, Number }

    // What is no letter or digit counts for nothing; full-width signs and the letters that fold into ASCII are what old servers map them
    // to.
    private static char Fold(char c) => c switch
    {
        >= 'a' and <= 'z' or >= '0' and <= '9' => c,
        >= 'A' and <= 'Z' => (char)(c | 0x20),
        < '\x80' => Nothing,
        >= '\uFF01' and <= '\uFF5E' => Fold((char)(c - 0xFEE0)),
        '\u017F' => 's',
        '\u212A' => 'k',
        '\u0130' or '\u0131' => 'i',
        _ => char.IsLetterOrDigit(c) ? char.ToLower(c, CultureInfo.InvariantCulture) : Nothing,
    };
}

using System.Diagnostics.CodeAnalysis;

namespace Gateway.Realms;

/// <summary>Compares whole tokens and hashes their ends, which hold the signature: for tokens that were verified, of which
/// nobody can make many with the same end.</summary>
internal sealed class TailComparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<char>, string>
{
    public static readonly TailComparer Instance = new();

    private const int Tail = 32;

    public bool Equals(string? x, string? y) => string.Equals(x, y);

    public int GetHashCode([DisallowNull] string text) => GetHashCode(text.AsSpan());

    public bool Equals(ReadOnlySpan<char> alternate, string other) => alternate.SequenceEqual(other);

    public int GetHashCode(ReadOnlySpan<char> alternate) => string.GetHashCode(alternate.Length > Tail ? alternate[^Tail..] : alternate);

    public string Create(ReadOnlySpan<char> alternate) => alternate.ToString();
}

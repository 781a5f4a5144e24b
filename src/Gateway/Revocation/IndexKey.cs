using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gateway.Revocation;

/// <summary>
/// 128 bits over kind, realm and id, under a key of this process that nobody knows. An identity carries its keys ready-made, so that a
/// look-up compares two words whatever the length of the ids; an index of millions holds 16 bytes for each. Two ids that share a key
/// would both be refused, never both accepted; nobody can look for such a pair, and among 10^8 one is there by chance in one of 10^22
/// processes.
/// </summary>
internal readonly record struct IndexKey(ulong High, ulong Low)
{
    private static readonly (ulong, ulong) Secret = (BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)),
        BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)));

    public bool IsNone => (High | Low) == 0;

    public override int GetHashCode() => (int)Low;

    public static IndexKey ForSession(string realm, string id) => Of(KeyKind.Session, realm, id, "");
    public static IndexKey ForSessionOfSubject(string realm, string id, string subject) => Of(KeyKind.SessionOfSubject, realm, id, subject);
    public static IndexKey ForToken(string realm, string id) => Of(KeyKind.Token, realm, id, "");
    public static IndexKey ForSubject(string realm, string id) => Of(KeyKind.Subject, realm, id, "");
    public static IndexKey ForClient(string realm, string id) => Of(KeyKind.Client, realm, id, "");
    public static IndexKey ForRealm(string realm) => Of(KeyKind.Realm, realm, "", "");

    private static IndexKey Of(KeyKind kind, string realm, string id, string second)
    {
        // Lengths go before the strings, so that no two triples of strings give the same bytes.
        int length = 9 + 2 * (realm.Length + id.Length + second.Length);
        byte[]? rented = length > 1024 ? System.Buffers.ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> bytes = rented is null ? stackalloc byte[1024] : rented;
        bytes[0] = (byte)kind;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], realm.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[5..], id.Length);
        int at = 9;
        foreach (string part in (ReadOnlySpan<string>)[realm, id, second])
        {
            MemoryMarshal.AsBytes(part.AsSpan()).CopyTo(bytes[at..]);
            at += 2 * part.Length;
        }
        (ulong high, ulong low) = SipHash.Of(Secret.Item1, Secret.Item2, bytes[..length]);
        if (rented is not null) System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        return new(high, low);
    }
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Gateway.Revocation;

/// <summary>
/// The first 128 bits of SHA-256 over kind, realm and id. An identity carries its keys ready-made, so that a look-up
/// compares two words whatever the length of the ids; an index of millions holds 16 bytes for each. Two ids that
/// share a key would both be refused, never both accepted, and finding such a pair takes 2^64 hashes.
/// </summary>
internal readonly record struct IndexKey(ulong High, ulong Low)
{
    public bool IsNone => (High | Low) == 0;

    public override int GetHashCode() => (int)Low;

    public static IndexKey ForSession(string realm, string id) => Of(1, realm, id, "");
    public static IndexKey ForSessionOfSubject(string realm, string id, string subject) => Of(6, realm, id, subject);
    public static IndexKey ForToken(string realm, string id) => Of(2, realm, id, "");
    public static IndexKey ForSubject(string realm, string id) => Of(3, realm, id, "");
    public static IndexKey ForClient(string realm, string id) => Of(4, realm, id, "");
    public static IndexKey ForRealm(string realm) => Of(5, realm, "", "");

    private static IndexKey Of(byte kind, string realm, string id, string second)
    {
        // Lengths go before the strings, so that no two triples of strings give the same bytes.
        Span<byte> digest = stackalloc byte[32];
        int length = 9 + 2 * (realm.Length + id.Length + second.Length);
        byte[]? rented = length > 1024 ? System.Buffers.ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> bytes = rented is null ? stackalloc byte[1024] : rented;
        bytes[0] = kind;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[1..], realm.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[5..], id.Length);
        int at = 9;
        foreach (string part in (ReadOnlySpan<string>)[realm, id, second])
        {
            MemoryMarshal.AsBytes(part.AsSpan()).CopyTo(bytes[at..]);
            at += 2 * part.Length;
        }
        SHA256.HashData(bytes[..length], digest);
        if (rented is not null) System.Buffers.ArrayPool<byte>.Shared.Return(rented);
        return new(BinaryPrimitives.ReadUInt64LittleEndian(digest), BinaryPrimitives.ReadUInt64LittleEndian(digest[8..]));
    }
}

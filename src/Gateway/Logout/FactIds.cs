using System.Security.Cryptography;
using System.Text;

namespace Gateway.Logout;

/// <summary>Ids that a name gives, the same on every node.</summary>
internal static class FactIds
{
    // RFC 9562 section 5.8: version 8 leaves the bits to us; here they are SHA-256 of the name.
    public static Guid Of(string name)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(name), hash);
        hash[6] = (byte)(hash[6] & 0x0F | 0x80);
        hash[8] = (byte)(hash[8] & 0x3F | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}

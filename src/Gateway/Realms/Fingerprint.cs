using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Realms;

/// <summary>SHA-256 of a token's bytes, base64url without padding (RFC 4648 section 5): the name of a token that
/// nobody can read, and one that may be logged and stored.</summary>
internal static class Fingerprint
{
    public static string Of(ReadOnlySpan<char> token)
    {
        byte[] bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(token.Length));
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes.AsSpan(0, Encoding.UTF8.GetBytes(token, bytes)), digest);
        ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        return Base64Url.EncodeToString(digest);
    }
}

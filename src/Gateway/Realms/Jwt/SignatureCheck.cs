using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Realms.Jwt;

/// <summary>The signature of a compact JWS alone (RFC 7515 section 5.2).</summary>
internal static class SignatureCheck
{
    /// <param name="token">Three parts in their one spelling.</param>
    /// <param name="algorithm">One that the realm takes, and that the key fits.</param>
    public static bool Holds(string token, string algorithm, SecurityKey key)
    {
        int end = token.LastIndexOf('.');
        if (CanonicalBase64Url.Decode(token.AsSpan(end + 1).TrimEnd('=')) is not { } signature) return false;
        CryptoProviderFactory factory = key.CryptoProviderFactory;
        SignatureProvider? provider = null;
        try
        {
            provider = factory.CreateForVerifying(key, algorithm);
            return provider.Verify(Encoding.ASCII.GetBytes(token[..end]), signature);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or NotSupportedException
            or InvalidOperationException or SecurityTokenException)
        {
            return false;
        }
        finally
        {
            if (provider is not null) factory.ReleaseSignatureProvider(provider);
        }
    }
}

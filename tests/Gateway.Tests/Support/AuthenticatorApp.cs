using OtpNet;

namespace Gateway.Tests.Support;

/// <summary>An authenticator app that holds one secret and shows its codes.</summary>
internal sealed class AuthenticatorApp(byte[] secret)
{
    public byte[] Secret => secret;

    /// <summary>Scans an <c>otpauth</c> URI, or a text that has one in it.</summary>
    public static AuthenticatorApp Scan(string text)
    {
        string rest = text[(text.IndexOf("secret=", StringComparison.Ordinal) + "secret=".Length)..];
        return new(Base32Encoding.ToBytes(rest[..rest.IndexOf('&')]));
    }

    /// <param name="later">How many steps of 30 seconds after that instant.</param>
    public string Code(DateTimeOffset now, int later = 0) => new Totp(secret).ComputeTotp(now.UtcDateTime.AddSeconds(30 * later));
}

using OtpNet;

namespace Gateway.TwoFactor;

/// <summary>Makes and checks what an authenticator app holds: time-based one-time passwords (RFC 6238), six digits every
/// 30 seconds.</summary>
internal static class Authenticator
{
    private const int Digits = 6;

    /// <summary>Makes a secret as long as an HMAC-SHA-1 key, as RFC 4226 section 4 recommends.</summary>
    public static byte[] NewSecret() => KeyGeneration.GenerateRandomKey(OtpHashMode.Sha1);

    /// <summary>Writes what an app scans: <c>otpauth://totp/Issuer:user?secret=…&amp;issuer=…</c>.</summary>
    public static string UriOf(string issuer, string user, byte[] secret) => new OtpUri(OtpType.Totp, secret, user, issuer).ToString();

    /// <summary>Finds the step whose code this is; null when there is none. Steps up to and including
    /// <paramref name="lastUsed"/> are over: a code counts once (RFC 6238 section 5.2).</summary>
    /// <param name="typed">As the user typed it: blanks do not count.</param>
    /// <param name="window">How many steps the code may be off, to either side.</param>
    public static long? Match(byte[] secret, string typed, DateTimeOffset now, int window, long lastUsed)
    {
        string code = Codes.WithoutBlanks(typed);
        if (code.Length != Digits) return null;
        bool matches = new Totp(secret).VerifyTotp(now.UtcDateTime, code, out long step, new VerificationWindow(window, window));
        return matches && step > lastUsed ? step : null;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.TwoFactor;

/// <summary>Makes salted hashes that are slow to compute: PBKDF2 with HMAC-SHA-256 (RFC 8018), kept as
/// <c>pbkdf2-sha256$iterations$salt$hash</c>, so that the number of iterations can grow without a new enrolment.</summary>
internal static class SlowHash
{
    /// <summary>For what people choose: passwords.</summary>
    public const int Iterations = 600_000;

    /// <summary>For codes that were drawn at random. Backup codes have 46 bits; six digits withstand no amount of hashing,
    /// and live an hour. Both are encrypted around it.</summary>
    private const int CodeIterations = 10_000;
    private const int SaltBytes = 16, HashBytes = 32;
    private const string Scheme = "pbkdf2-sha256";

    public static string OfPassword(string digest) => Of(digest, RandomNumberGenerator.GetBytes(SaltBytes), Iterations);

    /// <summary>Hashes codes under one salt, so that a candidate is computed once for all of them.</summary>
    public static string[] OfCodes(params IEnumerable<string> codes)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return [.. codes.Select(code => Of(code, salt, CodeIterations))];
    }

    public static bool Matches(string stored, string candidate) => Find([stored], candidate) == 0;

    /// <summary>Gives index of the stored hash that this is the secret of, or -1.</summary>
    public static int Find(IReadOnlyList<string> stored, string candidate)
    {
        int found = -1;
        Dictionary<string, string> computed = [];
        for (int i = 0; i < stored.Count; i++)
        {
            string[] parts = stored[i].Split('$');
            if (parts is not [Scheme, _, _, _]) continue;
            string recipe = parts[1] + '$' + parts[2];
            if (!computed.TryGetValue(recipe, out string? hash))
                computed[recipe] = hash = Of(candidate, Convert.FromBase64String(parts[2]), Number(parts[1]));
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(stored[i]))) found = i;
        }
        return found;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Of(string secret, byte[] salt, int iterations)
    {
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(secret), salt, iterations, HashAlgorithmName.SHA256, HashBytes);
        string count = iterations.ToString(CultureInfo.InvariantCulture);
        return string.Join('$', Scheme, count, Convert.ToBase64String(salt), Convert.ToBase64String(hash));
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Gateway.TwoFactor;

/// <summary>Makes codes at random, and knows the forms in which they are sent and received.</summary>
internal static class Codes
{
    public const int BackupLength = 8;
    public const int BackupCount = 12;

    // Without characters that are mistaken for one another when copied by hand.
    private const string Unmistakable = "23456789ABCDEFGHJKLMNPQRSTWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>Makes six digits for an e-mail.</summary>
    public static string NewEmailCode() => RandomNumberGenerator.GetString("0123456789", 6);

    /// <summary>Writes it as it stands in the mail: <c>ddd-ddd</c>.</summary>
    public static string Grouped(string code) => code[..3] + '-' + code[3..];

    /// <summary>Tells what a user typed, down to its digits: the group mark and blanks do not count.</summary>
    public static string DigitsOf(string typed)
    {
        StringBuilder digits = new(6);
        foreach (char c in typed)
            if (char.IsAsciiDigit(c)) digits.Append(c);
        return digits.ToString();
    }

    /// <summary>Tells what a user typed, as apps show and people copy it, without its blanks: <c>123 456</c>.</summary>
    public static string WithoutBlanks(string typed) => string.Concat(typed.Where(c => !char.IsWhiteSpace(c)));

    public static string[] NewBackupCodes()
    {
        string[] codes = new string[BackupCount];
        for (int i = 0; i < codes.Length; i++) codes[i] = RandomNumberGenerator.GetString(Unmistakable, BackupLength);
        return codes;
    }

    /// <summary>Gives the form in which clients send a password: SHA-256 of its UTF-8 bytes as lower-case hex.</summary>
    public static string PasswordDigest(string password) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(password)));
}

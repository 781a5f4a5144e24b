using System.Text.Json.Serialization;

namespace Gateway.TwoFactor;

/// <summary>Whose factors: ids are exact and mean something only inside their realm.</summary>
internal readonly record struct FactorOwner(string Realm, string User)
{
    public const string Prefix = "factors:";

    // A realm's name has no colon, so no two owners share a key.
    public string Key => $"{Prefix}{Realm}:{User}";

    public string MailedKey => $"mailed:{Realm}:{User}";

    public static FactorOwner Parse(string key)
    {
        int colon = key.IndexOf(':', Prefix.Length);
        return new(key[Prefix.Length..colon], key[(colon + 1)..]);
    }
}

/// <summary>Everything that one user has enrolled. It is stored as a whole and only encrypted, and changes only as a
/// whole, by compare-and-set.</summary>
internal sealed record Factors
{
    public static readonly Factors None = new();

    /// <summary>New with each enrolment and removal: what was remembered or mailed before no longer counts.</summary>
    public string Generation { get; init; } = "";

    public TotpFactor? Totp { get; init; }

    /// <summary>An authenticator that has not shown a code yet; it is no factor until it has.</summary>
    public TotpFactor? PendingTotp { get; init; }

    /// <summary>Address to which codes are sent.</summary>
    public string? Email { get; init; }

    /// <summary><see cref="SlowHash"/> of the password's digest.</summary>
    public string? Password { get; init; }

    [JsonIgnore]
    public bool IsEmpty => Totp is null && PendingTotp is null && Email is null && Password is null;

    /// <summary>Enabled methods in the order in which one is chosen; a password is only ever the fallback.</summary>
    [JsonIgnore]
    public string[] Available => [.. (string[])(Totp is null ? [] : [FactorMethods.Totp]), .. (string[])(Email is null ? [] : [FactorMethods.Email])];
}

/// <param name="LastStep">The last time step whose code was accepted; only later ones count.</param>
/// <param name="BackupCodes"><see cref="SlowHash"/>es of the backup codes that are left.</param>
internal sealed record TotpFactor(byte[] Secret, DateTimeOffset Since, long LastStep, IReadOnlyList<string> BackupCodes);

internal static class FactorMethods
{
    public const string Totp = "totp", Email = "email", Password = "password";

    public static readonly string[] All = [Totp, Email, Password];
}

[JsonSerializable(typeof(Factors))]
[JsonSerializable(typeof(MailedCodes))]
internal sealed partial class FactorsJson : JsonSerializerContext;

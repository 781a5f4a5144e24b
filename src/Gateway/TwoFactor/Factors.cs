using System.Text.Json.Serialization;

namespace Gateway.TwoFactor;

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
    public string[] Available
        => [.. (string[])(Totp is null ? [] : [FactorMethods.Totp]), .. (string[])(Email is null ? [] : [FactorMethods.Email])];
}

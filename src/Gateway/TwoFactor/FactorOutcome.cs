namespace Gateway.TwoFactor;

/// <summary>A verdict with what a client has to know for its next try.</summary>
/// <param name="Method">The method that was chosen.</param>
/// <param name="CodeSent">Whether this very request caused a code to be mailed.</param>
/// <param name="Address">Where codes by e-mail go; null for other methods.</param>
/// <param name="CodeExpires">When a code that was mailed before expires.</param>
internal sealed record FactorOutcome(
    FactorVerdict Verdict, string Method = "", bool CodeSent = false, string? Address = null, DateTimeOffset? CodeExpires = null)
{
    /// <summary>Enabled names among "totp" and "email".</summary>
    public string[] Available { get; init; } = [];
}

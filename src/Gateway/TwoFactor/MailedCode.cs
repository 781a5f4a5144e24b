namespace Gateway.TwoFactor;

/// <summary>A code that went out by e-mail.</summary>
/// <param name="Hash"><see cref="SlowHash"/> of its digits.</param>
/// <param name="SendingUntil">Null once the mail server has taken it. Until then it is on its way; afterwards nobody knows
/// whether it went, so that it stays good and may be followed by another.</param>
internal sealed record MailedCode(string Hash, DateTimeOffset Expires, DateTimeOffset? SendingUntil)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3600);
}

namespace Gateway.TwoFactor;

/// <summary>Answers a call that confirmed an authenticator app.</summary>
internal sealed record TotpConfirmed(IReadOnlyList<string> BackupCodes);

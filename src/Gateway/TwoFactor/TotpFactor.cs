namespace Gateway.TwoFactor;

/// <summary>An authenticator app that a user has enrolled.</summary>
/// <param name="LastStep">The last time step whose code was accepted; only later ones count.</param>
/// <param name="BackupCodes"><see cref="SlowHash"/>es of the backup codes that are left.</param>
internal sealed record TotpFactor(byte[] Secret, DateTimeOffset Since, long LastStep, IReadOnlyList<string> BackupCodes);

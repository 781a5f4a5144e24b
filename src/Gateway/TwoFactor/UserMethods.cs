namespace Gateway.TwoFactor;

/// <summary>Tells what a user has enrolled, never a secret.</summary>
/// <param name="Methods">Which are in force.</param>
/// <param name="BackupCodes">How many are left.</param>
/// <param name="Pending">An authenticator waits for its first code.</param>
/// <param name="Unreadable">True where they cannot be decrypted, so that nobody knows which there are; null otherwise.</param>
internal sealed record UserMethods(string User, IReadOnlyList<string> Methods, int BackupCodes, bool Pending, bool? Unreadable = null)
{
    public static UserMethods Of(string user, Factors? factors)
    {
        if (factors is null) return new(user, [], 0, Pending: false, Unreadable: true);
        string[] methods = [.. factors.Available, .. (string[])(factors.Password is null ? [] : [FactorMethods.Password])];
        return new(user, methods, factors.Totp?.BackupCodes.Count ?? 0, factors.PendingTotp is not null);
    }
}

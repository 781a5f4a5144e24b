using Gateway.Revocation;

namespace Gateway.TwoFactor;

/// <summary>Enrols and removes second factors; the command line and the management API both come here. Everything takes
/// effect at once on every node.</summary>
internal sealed class Enrolment(FactorVault vault, SlowLane lane, TwoFactorOptions options, TimeProvider time)
{
    /// <summary>How long an authenticator may take to show its first code.</summary>
    private static readonly TimeSpan ToConfirm = TimeSpan.FromHours(1);

    /// <exception cref="StoreUnavailableException">The store cannot be read now.</exception>
    public Task<Factors> ReadAsync(FactorOwner owner, CancellationToken cancellation) => vault.ReadAsync(owner, cancellation);

    /// <inheritdoc cref="FactorVault.ListAsync"/>
    public Task<IReadOnlyList<(FactorOwner Owner, Factors? Factors)>> ListAsync(string? realm, CancellationToken cancellation)
        => vault.ListAsync(realm, cancellation);

    /// <summary>Begins with an authenticator app. It counts once it has shown a code; one that is enrolled already stays in
    /// force until then.</summary>
    /// <returns>The otpauth URI.</returns>
    public async Task<string> BeginTotpAsync(FactorOwner owner, CancellationToken cancellation)
    {
        byte[] secret = Authenticator.NewSecret();
        await vault.ChangeAsync(owner, factors => factors with { PendingTotp = new(secret, time.GetUtcNow(), 0, []) }, cancellation);
        return Authenticator.UriOf(options.Issuer, owner.User, secret);
    }

    /// <summary>Makes the authenticator a factor with its first code, which is used up by that.</summary>
    /// <returns>Backup codes, shown this once; null when the code is wrong, or nothing waits to be confirmed.</returns>
    public async Task<IReadOnlyList<string>?> ConfirmTotpAsync(FactorOwner owner, string code, CancellationToken cancellation)
    {
        string[] backup = Codes.NewBackupCodes();
        string[] hashes = await lane.RunAsync(() => SlowHash.OfCodes(backup), cancellation);
        (_, bool confirmed) = await vault.ChangeAsync(owner, factors =>
        {
            DateTimeOffset now = time.GetUtcNow();
            if (factors.PendingTotp is not { } pending || now - pending.Since > ToConfirm) return null;
            if (Authenticator.Match(pending.Secret, code, now, options.TotpWindow, pending.LastStep) is not { } step) return null;
            return New(factors with { PendingTotp = null, Totp = pending with { Since = now, LastStep = step, BackupCodes = hashes } });
        }, cancellation);
        return confirmed ? backup : null;
    }

    public async Task SetPasswordAsync(FactorOwner owner, string password, CancellationToken cancellation)
    {
        string hash = await lane.RunAsync(() => SlowHash.OfPassword(Codes.PasswordDigest(password)), cancellation);
        await vault.ChangeAsync(owner, factors => New(factors with { Password = hash }), cancellation);
    }

    /// <exception cref="EnrolmentException">The address cannot be written to, or no mail server is configured.</exception>
    public async Task SetEmailAsync(FactorOwner owner, string address, CancellationToken cancellation)
    {
        if (!MailAddresses.IsPlain(address))
            throw new EnrolmentException("The address must be one plain ASCII e-mail address, as in user@example.org.");
        if (options.Smtp is null) throw new EnrolmentException("No mail server is configured: set Gateway:TwoFactor:Smtp first.");
        await vault.ChangeAsync(owner, factors => New(factors with { Email = address }), cancellation);
    }

    /// <param name="method">One of <see cref="FactorMethods.All"/>; null removes all.</param>
    /// <returns>False when there was nothing to remove.</returns>
    public async Task<bool> RemoveAsync(FactorOwner owner, string? method, CancellationToken cancellation)
    {
        if (method is null) return await vault.DiscardAsync(owner, cancellation);
        (_, bool removed) = await vault.ChangeAsync(owner, factors =>
        {
            Factors without = method switch
            {
                FactorMethods.Totp => factors with { Totp = null, PendingTotp = null },
                FactorMethods.Email => factors with { Email = null },
                _ => factors with { Password = null },
            };
            return without == factors ? null : New(without);
        }, cancellation);
        return removed;
    }

    private static Factors New(Factors factors) => factors with { Generation = Guid.NewGuid().ToString("N") };
}

using Gateway.Revocation;

namespace Gateway.TwoFactor;

/// <summary>Asks for a second factor and checks it. The rules of choice are Rocket.Chat's, so that its clients find what they
/// expect.</summary>
internal sealed class SecondFactor(
    FactorVault vault, EmailCodes mail, Guesses guesses, RememberedFactors remembered, SlowLane lane, TwoFactorOptions options,
    TimeProvider time)
{
    private static readonly FactorOutcome Passed = new(FactorVerdict.Passed);

    /// <exception cref="StoreUnavailableException">Nobody can tell now: answer 503, never let it pass.</exception>
    /// <exception cref="MailNotSentException">The code that is needed could not be sent.</exception>
    public async Task<FactorOutcome> CheckAsync(FactorRequest request, CancellationToken cancellation)
    {
        if (!options.Enabled) return Passed;
        Factors factors = await vault.ReadAsync(request.Owner, cancellation);
        if (await remembered.HasAsync(request, factors, cancellation)) return Passed;
        if (Choose(request.Method, factors) is not { } method) return Passed;
        FactorOutcome outcome = await VerifyAsync(request, factors, method, cancellation);
        if (outcome.Verdict == FactorVerdict.Passed) await remembered.AddAsync(request, factors, cancellation);
        return outcome;
    }

    // A named totp or email is taken at its word, even where it is not enrolled; any other name cannot get round an
    // enrolled one. A password is the fallback for users who have neither.
    private string? Choose(string? named, Factors factors)
    {
        if (named is FactorMethods.Totp or FactorMethods.Email) return named;
        if (factors.Available is [string first, ..]) return first;
        return factors.Password is not null || options.Require ? FactorMethods.Password : null;
    }

    private async Task<FactorOutcome> VerifyAsync(FactorRequest request, Factors factors, string method, CancellationToken cancellation)
    {
        FactorOutcome outcome = new(FactorVerdict.Required, method) { Available = factors.Available };
        bool coded = !string.IsNullOrEmpty(request.Code);
        Guess? guess = coded ? await guesses.TakeAsync(request.Owner, request.Address, cancellation) : null;
        bool mayGuess = guess is not null;
        if (method == FactorMethods.Email)
        {
            outcome = outcome with { Address = factors.Email ?? request.Owner.User };
            if (factors.Email is not null && (mayGuess || !coded))
            {
                (bool sent, DateTimeOffset? expires) = await mail.SendAsync(request.Owner, factors, asked: !coded, cancellation);
                outcome = outcome with { CodeSent = sent, CodeExpires = sent ? null : expires };
            }
        }
        if (!coded) return outcome;
        if (!mayGuess) return outcome with { Verdict = FactorVerdict.Invalid };

        string code = request.Code!;
        FactorVerdict verdict = method switch
        {
            FactorMethods.Totp => await VerifyTotpAsync(request.Owner, factors, code, cancellation),
            FactorMethods.Email when factors.Email is not null => await mail.VerifyAsync(request.Owner, factors, code, cancellation),
            FactorMethods.Password => await VerifyPasswordAsync(factors, code, cancellation),
            _ => FactorVerdict.Invalid,
        };
        if (verdict == FactorVerdict.Passed) await guesses.GiveBackAsync(guess!, cancellation);
        return outcome with { Verdict = verdict };
    }

    private async Task<FactorVerdict> VerifyTotpAsync(FactorOwner owner, Factors factors, string code, CancellationToken cancellation)
    {
        if (factors.Totp is not { } totp) return FactorVerdict.Invalid;
        string typed = Codes.WithoutBlanks(code);
        if (typed.Length == Codes.BackupLength) return await SpendBackupCodeAsync(owner, totp, typed, cancellation);
        // Looked at again for each try to write: a code that another node has just taken is no longer one.
        (_, bool taken) = await vault.ChangeAsync(owner, now =>
        {
            if (now.Totp is not { } enrolled) return null;
            long? step = Authenticator.Match(enrolled.Secret, typed, time.GetUtcNow(), options.TotpWindow, enrolled.LastStep);
            return step is null ? null : now with { Totp = enrolled with { LastStep = step.Value } };
        }, cancellation);
        return taken ? FactorVerdict.Passed : FactorVerdict.Invalid;
    }

    private async Task<FactorVerdict> SpendBackupCodeAsync(FactorOwner owner, TotpFactor totp, string code, CancellationToken cancellation)
    {
        int found = await lane.RunAsync(() => SlowHash.Find(totp.BackupCodes, code), cancellation);
        if (found < 0) return FactorVerdict.Invalid;
        string hash = totp.BackupCodes[found];
        (_, bool spent) = await vault.ChangeAsync(owner, now => now.Totp is { } enrolled && enrolled.BackupCodes.Contains(hash)
            ? now with { Totp = enrolled with { BackupCodes = [.. enrolled.BackupCodes.Where(left => left != hash)] } }
            : null, cancellation);
        return spent ? FactorVerdict.Passed : FactorVerdict.Invalid;
    }

    private async Task<FactorVerdict> VerifyPasswordAsync(Factors factors, string code, CancellationToken cancellation)
    {
        string digest = code.ToLowerInvariant();
        if (factors.Password is not { } stored || digest.Length != 64) return FactorVerdict.Invalid;
        return await lane.RunAsync(() => SlowHash.Matches(stored, digest), cancellation) ? FactorVerdict.Passed : FactorVerdict.Invalid;
    }
}

using Gateway.Revocation;

namespace Gateway.TwoFactor;

/// <summary>Sends codes by e-mail and checks them: six digits, good for an hour and for five attempts, once.</summary>
internal sealed class EmailCodes(MailedCodeVault vault, SmtpMailer mailer, SlowLane lane, TwoFactorOptions options, TimeProvider time)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    // Beyond that nobody is sending any more, even if the process that was is dead.
    private readonly TimeSpan _patience = (options.Smtp?.Timeout ?? TimeSpan.Zero) + Margin;

    /// <summary>Sends a code unless a usable one is out.</summary>
    /// <param name="asked">Whether the user asks for a code, and does not try one.</param>
    /// <returns>Whether this call sent one, and when the present one expires; null when it is exhausted.</returns>
    /// <exception cref="MailNotSentException">Whether one went out is not known: the next call tries again.</exception>
    public async Task<(bool Sent, DateTimeOffset? Expires)> SendAsync(
        FactorOwner owner, Factors factors, bool asked, CancellationToken cancellation)
    {
        MailedCodes open = (await vault.ReadAsync(owner, cancellation)).OpenAt(time.GetUtcNow(), factors);
        if (!open.NeedMail(time.GetUtcNow(), asked)) return (false, open.Expires);

        string code = Codes.NewEmailCode();
        string hash = await lane.RunAsync(() => SlowHash.OfCodes(code)[0], cancellation);
        MailedCode fresh = new(hash, time.GetUtcNow() + MailedCode.Lifetime, time.GetUtcNow() + _patience);
        // Of two that come at once, on any two nodes, one sends.
        (open, bool mine) = await vault.ChangeAsync(owner, stored =>
        {
            MailedCodes now = stored.OpenAt(time.GetUtcNow(), factors);
            return now.NeedMail(time.GetUtcNow(), asked) ? now.With(fresh) : null;
        }, cancellation);
        if (!mine) return (false, open.OpenAt(time.GetUtcNow(), factors).Expires);

        // A caller who hangs up does not stop it: the mail may be on its way already.
        bool taken = await MailAsync(owner, factors.Email!, code, hash).WaitAsync(cancellation);
        return taken ? (true, fresh.Expires) : throw new MailNotSentException();
    }

    /// <summary>Checks a code. Each try is counted before it is looked at, so that no number of simultaneous ones gets more
    /// than five.</summary>
    public async Task<FactorVerdict> VerifyAsync(FactorOwner owner, Factors factors, string typed, CancellationToken cancellation)
    {
        (MailedCodes open, bool counted) = await vault.ChangeAsync(owner, stored =>
        {
            MailedCodes now = stored.OpenAt(time.GetUtcNow(), factors);
            return now.Codes is [] || now.IsExhausted ? null : now with { Attempts = now.Attempts + 1 };
        }, cancellation);
        if (!counted) return open.OpenAt(time.GetUtcNow(), factors).IsExhausted ? FactorVerdict.TooManyAttempts : FactorVerdict.Invalid;

        string digits = Codes.DigitsOf(typed);
        string[] hashes = [.. open.Codes.Select(code => code.Hash)];
        int found = digits.Length == 6 ? await lane.RunAsync(() => SlowHash.Find(hashes, digits), cancellation) : -1;
        if (found < 0) return FactorVerdict.Invalid;
        (_, bool first) = await vault.ChangeAsync(owner, now => now.Has(hashes[found]) ? MailedCodes.None : null, cancellation);
        return first ? FactorVerdict.Passed : FactorVerdict.Invalid;
    }

    private static string Text(string code) => $"""
        Here is your authentication code:

        {Codes.Grouped(code)}

        Do not provide this code to anyone.
        If you did not ask for it, please ignore this e-mail.

        """;

    private async Task<bool> MailAsync(FactorOwner owner, string address, string code, string hash)
    {
        bool taken = false;
        try
        {
            await mailer.SendAsync(address, "Authentication code", Text(code), CancellationToken.None);
            taken = true;
        }
        catch (MailNotSentException) { /* it is in the log */ }
        DateTimeOffset? sendingUntil = taken ? null : time.GetUtcNow();
        try { await vault.ChangeAsync(owner, stored => stored.Settled(hash, sendingUntil), CancellationToken.None); }
        catch (StoreUnavailableException) { /* then the next one who asks gets another mail; this one's code stays good */ }
        return taken;
    }
}

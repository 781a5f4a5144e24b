using System.Text.Json.Serialization;

namespace Gateway.TwoFactor;

/// <summary>A code that was sent and is still open.</summary>
/// <param name="Hash"><see cref="SlowHash"/> of its digits; empty where there is none.</param>
/// <param name="Generation">Of the factors it was sent for: after a new enrolment it no longer counts.</param>
/// <param name="Attempts">How often it was guessed at.</param>
internal sealed record MailedCode(string Hash, string Generation, DateTimeOffset Expires, int Attempts)
{
    public const int MaxAttempts = 5;
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(3600);
    public static readonly MailedCode None = new("", "", default, 0);

    [JsonIgnore]
    public bool IsExhausted => Attempts >= MaxAttempts;

    public bool IsOpen(Factors factors, DateTimeOffset now) => Hash != "" && Generation == factors.Generation && Expires > now;
}

/// <summary>Codes by e-mail: six digits, good for an hour and for five attempts, once.</summary>
internal sealed class EmailCodes(FactorVault vault, SmtpMailer mailer, SlowLane lane, TimeProvider time)
{
    /// <summary>Sends a code unless a usable one is out.</summary>
    /// <param name="evenIfExhausted">Whether a code that was guessed at too often gives way to a new one: when the caller
    /// asks for a code, and not when they try one.</param>
    /// <returns>Whether this call sent one, and when the present one expires; null when it is exhausted.</returns>
    /// <exception cref="MailNotSentException">No code is out: the next call tries again.</exception>
    public async Task<(bool Sent, DateTimeOffset? Expires)> Send(FactorOwner owner, Factors factors, bool evenIfExhausted, CancellationToken cancellation)
    {
        MailedCode present = await vault.ReadMailed(owner, cancellation);
        if (!Missing(present)) return (false, present.IsExhausted ? null : present.Expires);

        string code = Codes.NewEmailCode();
        string hash = await lane.Run(() => SlowHash.OfCodes(code)[0], cancellation);
        MailedCode fresh = new(hash, factors.Generation, time.GetUtcNow() + MailedCode.Lifetime, 0);
        // Of two that come at once, on any two nodes, one sends.
        (present, bool mine) = await vault.ChangeMailed(owner, now => Missing(now) ? fresh : null, cancellation);
        if (!mine) return (false, present.IsExhausted ? null : present.Expires);
        try
        {
            await mailer.Send(factors.Email!, "Authentication code",
                $"Here is your authentication code:\n\n{Codes.Grouped(code)}\n\nDo not provide this code to anyone.\nIf you did not ask for it, please ignore this e-mail.\n", cancellation);
        }
        catch
        {
            await vault.ChangeMailed(owner, now => now.Hash == hash ? MailedCode.None : null, CancellationToken.None);
            throw;
        }
        return (true, fresh.Expires);

        bool Missing(MailedCode code) => !code.IsOpen(factors, time.GetUtcNow()) || code.IsExhausted && evenIfExhausted;
    }

    /// <summary>Each try is counted before it is looked at, so that no number of simultaneous ones gets more than five.</summary>
    public async Task<FactorVerdict> Verify(FactorOwner owner, Factors factors, string typed, CancellationToken cancellation)
    {
        (MailedCode present, bool counted) = await vault.ChangeMailed(owner,
            now => now.IsOpen(factors, time.GetUtcNow()) && !now.IsExhausted ? now with { Attempts = now.Attempts + 1 } : null, cancellation);
        if (!counted) return present.IsOpen(factors, time.GetUtcNow()) ? FactorVerdict.TooManyAttempts : FactorVerdict.Invalid;

        string digits = Codes.DigitsOf(typed);
        if (digits.Length != 6 || !await lane.Run(() => SlowHash.Matches(present.Hash, digits), cancellation)) return FactorVerdict.Invalid;
        (_, bool first) = await vault.ChangeMailed(owner, now => now.Hash == present.Hash ? MailedCode.None : null, cancellation);
        return first ? FactorVerdict.Passed : FactorVerdict.Invalid;
    }
}

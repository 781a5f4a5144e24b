using System.Text.Json.Serialization;

namespace Gateway.TwoFactor;

/// <summary>Holds the codes of one user that are open: seldom more than one, since a second mail leaves the first one's code
/// good.</summary>
/// <param name="Generation">Of the factors they were sent for: after a new enrolment they no longer count.</param>
/// <param name="Attempts">How often they were guessed at, all together.</param>
internal sealed record MailedCodes(string Generation, int Attempts, IReadOnlyList<MailedCode> Codes)
{
    public const int MaxAttempts = 5;

    private const int Most = 3;

    public static readonly MailedCodes None = new("", 0, []);

    [JsonIgnore]
    public bool IsExhausted => Attempts >= MaxAttempts;

    /// <summary>When the latest one expires; null when there is none to be used.</summary>
    [JsonIgnore]
    public DateTimeOffset? Expires => IsExhausted || Codes is [] ? null : Codes[^1].Expires;

    /// <summary>When the last of them is over.</summary>
    [JsonIgnore]
    public DateTimeOffset Until => Codes.Count == 0 ? default : Codes.Max(code => code.Expires);

    /// <summary>Tells what is still open of them.</summary>
    public MailedCodes OpenAt(DateTimeOffset now, Factors factors)
    {
        if (Generation != factors.Generation) return None with { Generation = factors.Generation };
        MailedCode[] open = [.. Codes.Where(code => code.Expires > now)];
        return this with { Codes = open, Attempts = open is [] ? 0 : Attempts };
    }

    /// <summary>Tells whether a mail is due.</summary>
    /// <param name="asked">Whether the user asks for a code, and does not try one: then one that was guessed at too often, or
    /// that may not have gone out, is not enough.</param>
    public bool NeedMail(DateTimeOffset now, bool asked) => Codes is [] || asked && (IsExhausted || Codes[^1].SendingUntil <= now);

    /// <summary>Adds one to the others; those that were guessed at too often go.</summary>
    public MailedCodes With(MailedCode code)
        => IsExhausted ? this with { Attempts = 0, Codes = [code] } : this with { Codes = [.. Codes.TakeLast(Most - 1), code] };

    public bool Has(string hash) => Codes.Any(code => code.Hash == hash);

    /// <summary>Notes how the sending of one went; null when that one is gone.</summary>
    public MailedCodes? Settled(string hash, DateTimeOffset? sendingUntil) => !Has(hash) ? null
        : this with { Codes = [.. Codes.Select(code => code.Hash == hash ? code with { SendingUntil = sendingUntil } : code)] };
}

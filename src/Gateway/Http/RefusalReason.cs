using System.Globalization;
using System.Text;

namespace Gateway.Http;

/// <summary>Why a request was refused, for the operator's log and for <c>explain</c>; the client is never told. It holds no token,
/// no cookie's value and no query. What a token says of itself stands here unverified.</summary>
/// <param name="Check">The rule or the check that it did not pass, in words.</param>
internal sealed record RefusalReason(string Check)
{
    private const int Longest = 128;

    /// <summary>More on it, as what a provider answered.</summary>
    public string? Detail { get; init; }

    /// <summary>Where in the request the credential stands, as in <c>cookie access_token</c>.</summary>
    public string? Location { get; init; }
    public string? Realm { get; init; }
    public string? KeyId { get; init; }
    public string? Issuer { get; init; }

    /// <summary>One or several, divided by blanks.</summary>
    public string? Audience { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Writes it on one line.</summary>
    public string ToLine(DateTimeOffset now)
    {
        StringBuilder line = new(Check);
        if (Detail is not null) line.Append(": ").Append(Shown(Detail));
        string divider = " (";
        Add("", Location);
        Add("realm ", Realm);
        Add("kid ", KeyId);
        Add("iss ", Issuer);
        Add("aud ", Audience);
        if (ExpiresAt is { } expires) Add("", Distance(expires - now));
        if (divider == ", ") line.Append(')');
        return line.ToString();

        void Add(string name, string? value)
        {
            if (value is null) return;
            line.Append(divider).Append(name).Append(Shown(value));
            divider = ", ";
        }
    }

    /// <summary>Shows text of a client's on one line: short, and nothing in it that a terminal or a log reader obeys.</summary>
    public static string Shown(string text)
    {
        ReadOnlySpan<char> shown = text.AsSpan(0, Math.Min(text.Length, Longest));
        if (shown.Length == text.Length && !shown.ContainsAnyExceptInRange(' ', '~')) return text;
        StringBuilder clean = new(shown.Length + 1);
        foreach (char c in shown) clean.Append(c is >= ' ' and <= '~' ? c : '?');
        return shown.Length < text.Length ? clean.Append('…').ToString() : clean.ToString();
    }

    /// <summary>Tells how far from now a token's end is, in words.</summary>
    public static string Distance(TimeSpan left)
    {
        string length = left.Duration() switch
        {
            { TotalSeconds: < 120 } seconds => string.Create(CultureInfo.InvariantCulture, $"{seconds.TotalSeconds:0} s"),
            { TotalMinutes: < 120 } minutes => string.Create(CultureInfo.InvariantCulture, $"{minutes.TotalMinutes:0} min"),
            { TotalHours: < 48 } hours => string.Create(CultureInfo.InvariantCulture, $"{hours.TotalHours:0} h"),
            var days => string.Create(CultureInfo.InvariantCulture, $"{days.TotalDays:0} days"),
        };
        return left < TimeSpan.Zero ? $"expired {length} ago" : $"expires in {length}";
    }
}

namespace Gateway.TwoFactor;

/// <summary>A try that has taken its tickets, and the buckets that they are from.</summary>
internal sealed record Guess(string User, string Address, string Ticket);

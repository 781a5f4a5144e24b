namespace Gateway.Realms;

/// <summary>One of the checks that a realm makes of a token, for <c>explain</c>.</summary>
/// <param name="Complaint">Why the token does not pass it; null when it does.</param>
/// <param name="Found">What was looked at; nothing that is a secret.</param>
internal sealed record TokenCheck(string Check, string? Complaint, string? Found);

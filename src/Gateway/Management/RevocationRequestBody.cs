using System.ComponentModel;

namespace Gateway.Management;

/// <summary>
/// The fields of a revocation's body, for the API document and for <see cref="RevocationBody"/>, which checks their values.
/// </summary>
internal sealed record RevocationRequestBody
{
    [Description("Id of one session.")]
    public string? Session { get; init; }

    [Description("One token: its jti, the token itself, or its fingerprint (SHA-256, base64url).")]
    public string? Token { get; init; }

    [Description("Everything of this subject that was authenticated at or before 'before'.")]
    public string? Subject { get; init; }

    [Description("Everything issued to this client (azp or client_id) at or before 'before'.")]
    public string? Client { get; init; }

    [Description("true: everything of the realm that was authenticated at or before 'before'.")]
    public bool? Everything { get; init; }

    [Description("The cut-off of subject, client and everything; default now.")]
    public DateTimeOffset? Before { get; init; }

    [Description("With subject: the one session that is spared.")]
    public string? ExceptSession { get; init; }

    [Description("Needed only when several realms are configured.")]
    public string? Realm { get; init; }

    [Description("Why; kept with the revocation, never shown to the user.")]
    public string? Reason { get; init; }

    [Description("Kept at least until then; never shorter than Revocation:KeepFor from now.")]
    public DateTimeOffset? Expires { get; init; }

    [Description("Allows a 'before' in the future.")]
    public bool? AllowFuture { get; init; }

    [Description("How many sessions it is meant to end, as the preview says; needed above Limits:UnconfirmedPerCall and "
        + "UnconfirmedPerMinute.")]
    public int? Confirm { get; init; }
}

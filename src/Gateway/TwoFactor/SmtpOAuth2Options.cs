namespace Gateway.TwoFactor;

/// <summary>Says where access tokens for the mail server come from (RFC 6749), for XOAUTH2.</summary>
internal sealed record SmtpOAuth2Options
{
    /// <summary>The token endpoint: https, except on this machine.</summary>
    public string TokenUrl { get; init; } = "";
    public string ClientId { get; init; } = "";
    public string ClientSecret { get; init; } = "";
    public string? Scope { get; init; }

    /// <summary>Of a mailbox whose owner has agreed; without it the gateway asks as a client of its own.</summary>
    public string? RefreshToken { get; init; }
}

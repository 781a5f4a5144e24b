namespace Gateway.TwoFactor;

/// <summary>Names the mail server that sends codes. Section <c>Gateway:TwoFactor:Smtp</c>.</summary>
internal sealed record SmtpOptions
{
    public string Host { get; init; } = "";
    public int Port { get; init; } = 25;

    /// <summary>The sender, with a name or without: <c>Example Chat &lt;chat@example.org&gt;</c>.</summary>
    public string From { get; init; } = "";

    /// <summary>The name that the gateway greets with (EHLO); default the address of this end of the connection.</summary>
    public string? LocalDomain { get; init; }

    /// <summary>Who signs in, with <see cref="Password"/> or <see cref="OAuth2"/>.</summary>
    public string? User { get; init; }
    public string? Password { get; init; }
    public SmtpOAuth2Options? OAuth2 { get; init; }

    /// <summary>Send over TLS with a certificate that verifies, or not at all; default false: STARTTLS when offered.</summary>
    public bool RequireTls { get; init; }

    /// <summary>With <see cref="RequireTls"/>: certificate authorities (PEM) to trust instead of the system's.</summary>
    public string? CaFile { get; init; }
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);
}

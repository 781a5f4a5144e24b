namespace Gateway.TwoFactor;

/// <summary>Says who is asked for a second factor, and how. Section <c>Gateway:TwoFactor</c>.</summary>
internal sealed record TwoFactorOptions
{
    public bool Enabled { get; init; } = true;

    /// <summary>Refuse users without any factor; default false: they pass, as upstream.</summary>
    public bool Require { get; init; }

    /// <summary>How long a confirmed factor is remembered for the same token, user agent and address; zero never.</summary>
    public TimeSpan RememberFor { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How many 30-second steps a TOTP code may be off, to either side; default 1.</summary>
    public int TotpWindow { get; init; } = 1;

    /// <summary>The name an authenticator app shows; default Gateway.</summary>
    public string Issuer { get; init; } = "Gateway";
    public SmtpOptions? Smtp { get; init; }
    public GuessOptions Guesses { get; init; } = new();

    /// <summary>A file with 32 random bytes in base64 that encrypts the key ring in the store. In a cluster every node has
    /// the same one; default none there, and beside the store file, made when it is missing, on one machine.</summary>
    public string? KeyFile { get; init; }
}

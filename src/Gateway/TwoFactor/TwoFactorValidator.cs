using System.Net;
using Gateway.Configuration;

namespace Gateway.TwoFactor;

/// <summary>Checks the section <c>Gateway:TwoFactor</c>.</summary>
internal sealed class TwoFactorValidator : IConfigurationValidator
{
    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public void Validate(Checks checks)
    {
        TwoFactorOptions options = checks.Options<TwoFactorOptions>();
        checks = checks.At("Gateway:TwoFactor");
        checks.Between(options.RememberFor, -Year, Year); // nothing or less never remembers
        checks.Between(options.TotpWindow, 0, 10);
        checks.That(options.Issuer.Length > 0 && !options.Issuer.Contains(':'), nameof(options.Issuer),
            "must not be empty or hold a colon: authenticator apps end the issuer there.");
        checks.Between(options.Guesses.PerUser, 1, 1_000_000);
        checks.Between(options.Guesses.PerAddress, 1, 1_000_000);
        checks.Between(options.Guesses.Within, TimeSpan.FromSeconds(1), Year);
        checks.File(options.KeyFile, "Make it with: openssl rand -base64 32; every node of a cluster has the same one.");
        if (options.Smtp is { } smtp) Smtp(smtp, checks.At(nameof(options.Smtp)));
    }

    private static void Smtp(SmtpOptions smtp, Checks checks)
    {
        checks.Text(smtp.Host, "is missing; name the mail server, or take Smtp out.");
        checks.Between(smtp.Port, 1, 65535);
        checks.That(MailAddresses.Sender(smtp.From) is not null, nameof(smtp.From),
            $"'{smtp.From}' is no mail address in plain ASCII; write gateway@example.org, or Example Chat <gateway@example.org>.");
        checks.That(smtp.LocalDomain is not { } name || IsHost(name), nameof(smtp.LocalDomain),
            $"'{smtp.LocalDomain}' is no host name or address; write gateway.example.org, or take it out.");
        checks.That(smtp.User is null == smtp.Password is null || smtp.OAuth2 is not null, nameof(smtp.User),
            "User and Password go together; set both or none.");
        checks.File(smtp.CaFile, "Paths are relative to the configuration file.");
        checks.Between(smtp.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5));
        if (smtp.OAuth2 is not { } oauth) return;
        OAuth2(oauth, checks.At(nameof(smtp.OAuth2)));
        checks.That(smtp.User is { Length: > 0 } user && user.All(character => character is > ' ' and < '\x7f'), nameof(smtp.User),
            "is missing or not plain ASCII; with OAuth2 it is the mailbox that sends, like gateway@example.org.");
        checks.That(smtp.Password is null, nameof(smtp.Password), "does not go with OAuth2; set one of them.");
        checks.That(smtp.RequireTls, nameof(smtp.RequireTls),
            "must be true with OAuth2: a token is given only to a server whose certificate verifies.");
    }

    private static void OAuth2(SmtpOAuth2Options oauth, Checks checks)
    {
        checks.HttpUrl(oauth.TokenUrl, "https://login.example.org/oauth2/token");
        checks.That(!IsClearText(oauth.TokenUrl), nameof(oauth.TokenUrl),
            "is not https: the secret would cross the network in clear text.");
        checks.Text(oauth.ClientId, "is missing; the name under which the provider knows the gateway.");
        checks.Text(oauth.ClientSecret, "is missing; better as the environment variable Gateway__TwoFactor__Smtp__OAuth2__ClientSecret.");
        checks.That(oauth.RefreshToken is null or { Length: > 0 }, nameof(oauth.RefreshToken), "is empty; set it, or take it out.");
    }

    private static bool IsClearText(string url)
        => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri is { Scheme: "http", IsLoopback: false };

    // RFC 5321 section 4.1.2, Domain; or an address, which is sent in brackets.
    private static bool IsHost(string name)
        => IPAddress.TryParse(name, out _) || name.Length is > 0 and <= 253 && name.Split('.').All(IsLabel);

    private static bool IsLabel(string label)
        => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}

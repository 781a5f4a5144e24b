using System.Net;
using Gateway.Configuration;

namespace Gateway.TwoFactor;

/// <summary>Checks the section <c>Gateway:TwoFactor</c>.</summary>
internal sealed class TwoFactorValidator(Checks check, ConfigurationFolder folder)
{
    private const string Section = "Gateway:TwoFactor", Smtp = Section + ":Smtp", OAuth2 = Smtp + ":OAuth2";

    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public void Validate(TwoFactorOptions options)
    {
        check.Between(options.RememberFor, -Year, Year, $"{Section}:RememberFor"); // nothing or less never remembers
        check.Between(options.TotpWindow, 0, 10, $"{Section}:TotpWindow");
        check.That(options.Issuer.Length > 0 && !options.Issuer.Contains(':'), $"{Section}:Issuer",
            "must not be empty or hold a colon: authenticator apps end the issuer there.");
        check.Between(options.Guesses.PerUser, 1, 1_000_000, $"{Section}:Guesses:PerUser");
        check.Between(options.Guesses.PerAddress, 1, 1_000_000, $"{Section}:Guesses:PerAddress");
        check.Between(options.Guesses.Within, TimeSpan.FromSeconds(1), Year, $"{Section}:Guesses:Within");
        Exists(options.KeyFile, $"{Section}:KeyFile", "Make it with: openssl rand -base64 32; every node of a cluster has the same one.");
        if (options.Smtp is { } smtp) ValidateSmtp(smtp);
        if (options.Smtp is { OAuth2: { } oauth }) ValidateOAuth2(options.Smtp, oauth);
    }

    private void ValidateSmtp(SmtpOptions smtp)
    {
        check.Text(smtp.Host, $"{Smtp}:Host", "is missing; name the mail server, or take Smtp out.");
        check.Between(smtp.Port, 1, 65535, $"{Smtp}:Port");
        check.That(MailAddresses.Sender(smtp.From) is not null, $"{Smtp}:From",
            $"'{smtp.From}' is no mail address in plain ASCII; write gateway@example.org, or Example Chat <gateway@example.org>.");
        check.That(smtp.LocalDomain is not { } name || IsHost(name), $"{Smtp}:LocalDomain",
            $"'{smtp.LocalDomain}' is no host name or address; write gateway.example.org, or take it out.");
        check.That(smtp.User is null == smtp.Password is null || smtp.OAuth2 is not null, $"{Smtp}:User",
            "User and Password go together; set both or none.");
        Exists(smtp.CaFile, $"{Smtp}:CaFile", "Paths are relative to the configuration file.");
        check.Between(smtp.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), $"{Smtp}:Timeout");
    }

    private void ValidateOAuth2(SmtpOptions smtp, SmtpOAuth2Options oauth)
    {
        check.HttpUrl(oauth.TokenUrl, $"{OAuth2}:TokenUrl", "https://login.example.org/oauth2/token");
        check.That(!IsClearText(oauth.TokenUrl), $"{OAuth2}:TokenUrl", "is not https: the secret would cross the network in clear text.");
        check.Text(oauth.ClientId, $"{OAuth2}:ClientId", "is missing; the name under which the provider knows the gateway.");
        check.Text(oauth.ClientSecret, $"{OAuth2}:ClientSecret",
            "is missing; better as the environment variable Gateway__TwoFactor__Smtp__OAuth2__ClientSecret.");
        check.That(oauth.RefreshToken is null or { Length: > 0 }, $"{OAuth2}:RefreshToken", "is empty; set it, or take it out.");
        check.That(smtp.User is { Length: > 0 } user && user.All(c => c is > ' ' and < '\x7f'), $"{Smtp}:User",
            "is missing or not plain ASCII; with OAuth2 it is the mailbox that sends, like gateway@example.org.");
        check.That(smtp.Password is null, $"{Smtp}:Password", "does not go with OAuth2; set one of them.");
        check.That(smtp.RequireTls, $"{Smtp}:RequireTls",
            "must be true with OAuth2: a token is given only to a server whose certificate verifies.");
    }

    private void Exists(string? file, string path, string cure)
    {
        if (file is null) return;
        string resolved = folder.Resolve(file);
        check.That(File.Exists(resolved), path, $"the file {resolved} does not exist. {cure}");
    }

    private static bool IsClearText(string url)
        => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri is { Scheme: "http", IsLoopback: false };

    // RFC 5321 section 4.1.2, Domain; or an address, which is sent in brackets.
    private static bool IsHost(string name)
        => IPAddress.TryParse(name, out _) || name.Length is > 0 and <= 253 && name.Split('.').All(IsLabel);

    private static bool IsLabel(string label)
        => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}

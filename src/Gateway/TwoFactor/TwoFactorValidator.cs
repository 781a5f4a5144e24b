using System.Net;
using Gateway.Configuration;

namespace Gateway.TwoFactor;

/// <summary>Checks the section <c>Gateway:TwoFactor</c>.</summary>
internal sealed class TwoFactorValidator(Checks check, ConfigurationFolder folder)
{
    private const string Path = "Gateway:TwoFactor";

    private static readonly TimeSpan Year = TimeSpan.FromDays(365);

    public void Validate(TwoFactorOptions options)
    {
        check.Between(options.RememberFor, -Year, Year, $"{Path}:RememberFor"); // nothing or less never remembers
        check.Between(options.TotpWindow, 0, 10, $"{Path}:TotpWindow");
        check.That(options.Issuer.Length > 0 && !options.Issuer.Contains(':'), $"{Path}:Issuer", "must not be empty or hold a colon: authenticator apps end the issuer there.");
        check.Between(options.Guesses.PerUser, 1, 1_000_000, $"{Path}:Guesses:PerUser");
        check.Between(options.Guesses.PerAddress, 1, 1_000_000, $"{Path}:Guesses:PerAddress");
        check.Between(options.Guesses.Within, TimeSpan.FromSeconds(1), Year, $"{Path}:Guesses:Within");
        Exists(options.KeyFile, $"{Path}:KeyFile", "Make it with: openssl rand -base64 32; every node of a cluster has the same one.");
        if (options.Smtp is { } smtp) Smtp(smtp, $"{Path}:Smtp");
    }

    private void Smtp(SmtpOptions smtp, string path)
    {
        check.Text(smtp.Host, $"{path}:Host", "is missing; name the mail server, or take Smtp out.");
        check.Between(smtp.Port, 1, 65535, $"{path}:Port");
        check.That(MailAddresses.Sender(smtp.From) is not null, $"{path}:From", $"'{smtp.From}' is no mail address in plain ASCII; write gateway@example.org, or Example Chat <gateway@example.org>.");
        check.That(smtp.LocalDomain is not { } name || IsHost(name), $"{path}:LocalDomain", $"'{smtp.LocalDomain}' is no host name or address; write gateway.example.org, or take it out.");
        check.That(smtp.User is null == smtp.Password is null || smtp.OAuth2 is not null, $"{path}:User", "User and Password go together; set both or none.");
        Exists(smtp.CaFile, $"{path}:CaFile", "Paths are relative to the configuration file.");
        check.Between(smtp.Timeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(5), $"{path}:Timeout");
        if (smtp.OAuth2 is { } oauth) OAuth2(smtp, oauth, $"{path}:OAuth2");
    }

    private void OAuth2(SmtpOptions smtp, SmtpOAuth2Options oauth, string path)
    {
        check.HttpUrl(oauth.TokenUrl, $"{path}:TokenUrl", "https://login.example.org/oauth2/token");
        check.That(!Uri.TryCreate(oauth.TokenUrl, UriKind.Absolute, out Uri? url) || url.Scheme != "http" || url.IsLoopback, $"{path}:TokenUrl", "is not https: the secret would cross the network in clear text.");
        check.Text(oauth.ClientId, $"{path}:ClientId", "is missing; the name under which the provider knows the gateway.");
        check.Text(oauth.ClientSecret, $"{path}:ClientSecret", "is missing; better as the environment variable Gateway__TwoFactor__Smtp__OAuth2__ClientSecret.");
        check.That(oauth.RefreshToken is null or { Length: > 0 }, $"{path}:RefreshToken", "is empty; set it, or take it out.");
        check.That(smtp.User is { Length: > 0 } user && user.All(c => c is > ' ' and < '\x7f'), $"{path[..^":OAuth2".Length]}:User", "is missing or not plain ASCII; with OAuth2 it is the mailbox that sends, like gateway@example.org.");
        check.That(smtp.Password is null, $"{path[..^":OAuth2".Length]}:Password", "does not go with OAuth2; set one of them.");
        check.That(smtp.RequireTls, $"{path[..^":OAuth2".Length]}:RequireTls", "must be true with OAuth2: a token is given only to a server whose certificate verifies.");
    }

    private void Exists(string? file, string path, string cure)
    {
        if (file is not null) check.That(File.Exists(folder.Resolve(file)), path, $"the file {folder.Resolve(file)} does not exist. {cure}");
    }

    // RFC 5321 section 4.1.2, Domain; or an address, which is sent in brackets.
    private static bool IsHost(string name) => IPAddress.TryParse(name, out _) || name.Length is > 0 and <= 253 && name.Split('.').All(label
        => label.Length is > 0 and <= 63 && label[0] != '-' && label[^1] != '-' && label.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'));
}

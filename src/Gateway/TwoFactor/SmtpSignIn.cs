using System.Net;
using System.Text;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Gateway.TwoFactor;

/// <summary>Signs in at the mail server: with a password (RFC 4954), or with an access token (XOAUTH2, or OAUTHBEARER of
/// RFC 7628). Neither goes over a network in clear text.</summary>
internal sealed class SmtpSignIn(SmtpTokens tokens)
{
    /// <param name="local">Whether the connection stays on this machine.</param>
    /// <exception cref="SmtpTroubleException">The server offers nothing that fits, or no token could be had.</exception>
    public Task SignInAsync(SmtpClient client, SmtpOptions smtp, bool local, CancellationToken cancellation)
    {
        if (smtp.User is not { } user) return Task.CompletedTask;
        if (!client.IsSecure && !local)
            throw new SmtpTroubleException("the server offers no STARTTLS, and Smtp:User does not sign in over a network in clear text");
        return smtp.OAuth2 is { } oauth
            ? WithTokenAsync(client, user, oauth, smtp.Timeout, cancellation)
            : WithPasswordAsync(client, user, smtp.Password ?? "", cancellation);
    }

    private static Task WithPasswordAsync(SmtpClient client, string user, string password, CancellationToken cancellation)
    {
        // It wants a Windows domain, and fails where the next one on the list would do.
        client.AuthenticationMechanisms.Remove("NTLM");
        if (client.AuthenticationMechanisms.Count == 0)
            throw new SmtpTroubleException("the server offers no sign-in with a password, and Smtp:User is set");
        return client.AuthenticateAsync(Encoding.UTF8, new NetworkCredential(user, password), cancellation);
    }

    private async Task WithTokenAsync(
        SmtpClient client, string user, SmtpOAuth2Options oauth, TimeSpan within, CancellationToken cancellation)
    {
        bool usual = client.AuthenticationMechanisms.Contains("XOAUTH2");
        if (!usual && !client.AuthenticationMechanisms.Contains("OAUTHBEARER"))
            throw new SmtpTroubleException("the server offers neither XOAUTH2 nor OAUTHBEARER, and Smtp:OAuth2 is set");
        string token = await tokens.GetAsync(oauth, within, cancellation);
        try
        {
            SaslMechanism mechanism = usual ? new SaslMechanismOAuth2(user, token) : new SaslMechanismOAuthBearer(user, token);
            await client.AuthenticateAsync(mechanism, cancellation);
        }
        catch (AuthenticationException)
        {
            // It may have been withdrawn: the next mail asks for another.
            tokens.Forget(token);
            throw;
        }
    }
}

using System.Globalization;
using System.Net.Mail;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gateway.Configuration;

namespace Gateway.TwoFactor;

/// <summary>Sends a plain text mail over SMTP (RFC 5321) with STARTTLS (RFC 3207) and AUTH (RFC 4954).</summary>
/// <remarks>
/// <c>RequireTls</c>: TLS with a certificate that verifies, or nothing is sent. Without it TLS is used whenever it is
/// offered, whatever its certificate, which is more than clear text and less than a promise. Port 465 speaks TLS from
/// the start (RFC 8314). A password goes out in clear text to this machine only.
/// </remarks>
internal sealed partial class SmtpMailer(TwoFactorOptions options, ConfigurationFolder folder, TimeProvider time, ILogger<SmtpMailer> logger)
{
    private const int ImplicitTlsPort = 465;

    public bool IsConfigured => options.Smtp is not null;

    /// <summary>Whether codes can be sent there: one plain address, ASCII, nothing that could end a header or a command.</summary>
    public static bool IsAddress(string address) => address.Length is > 2 and <= 254
        && address.All(c => c is > ' ' and < '\x7f' && !"<>()[]\\,;:\"".Contains(c))
        && address.IndexOf('@') is > 0 and var at && at == address.LastIndexOf('@') && at < address.Length - 1;

    /// <exception cref="MailNotSentException">The server cannot be reached, or refused it; it was logged with the cure.</exception>
    public async Task Send(string to, string subject, string text, CancellationToken cancellation)
    {
        if (options.Smtp is not { } smtp)
        {
            NotConfigured(logger);
            throw new MailNotSentException();
        }
        using CancellationTokenSource timeout = new(smtp.Timeout, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            await Deliver(smtp, to, subject, text, either.Token);
        }
        catch (Exception error) when (error is SocketException or IOException or AuthenticationException or CryptographicException or SmtpReplyException or FormatException
            || error is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            NotSent(logger, smtp.Host, smtp.Port, error is OperationCanceledException ? "no answer in time" : error.Message);
            throw new MailNotSentException();
        }
    }

    private async Task Deliver(SmtpOptions smtp, string to, string subject, string text, CancellationToken cancellation)
    {
        MailAddress from = new(smtp.From);
        if (!IsAddress(from.Address) || !IsAddress(to)) throw new FormatException("An address is not one plain ASCII address.");
        using TcpClient client = new();
        await client.ConnectAsync(smtp.Host, smtp.Port, cancellation);
        bool loopback = System.Net.IPAddress.IsLoopback(((System.Net.IPEndPoint)client.Client.RemoteEndPoint!).Address);
        await using SmtpConversation talk = new(client);

        bool encrypted = smtp.Port == ImplicitTlsPort;
        if (encrypted) await talk.Encrypt(Tls(smtp), cancellation);
        await talk.Expect(220, cancellation);
        string[] offers = await talk.Hello(cancellation);
        if (!encrypted && offers.Contains("STARTTLS", StringComparer.OrdinalIgnoreCase))
        {
            await talk.Command("STARTTLS", 220, cancellation);
            await talk.Encrypt(Tls(smtp), cancellation);
            encrypted = true;
            offers = await talk.Hello(cancellation);
        }
        if (smtp.RequireTls && !encrypted) throw new SmtpReplyException("the server offers no STARTTLS, which Smtp:RequireTls demands");
        if (smtp.User is not null)
        {
            if (!encrypted && !loopback) throw new SmtpReplyException("the server offers no STARTTLS, and Smtp:Password is not sent in clear text over a network");
            await talk.Authenticate(smtp.User, smtp.Password ?? "", offers, cancellation);
        }
        await talk.Command($"MAIL FROM:<{from.Address}>", 250, cancellation);
        await talk.Command($"RCPT TO:<{to}>", 250, cancellation);
        await talk.Command("DATA", 354, cancellation);
        await talk.Data(Message(from, to, subject, text), cancellation);
        await talk.Command("QUIT", 221, cancellation);
    }

    private string Message(MailAddress from, string to, string subject, string text)
    {
        string domain = from.Host;
        StringBuilder message = new();
        message.Append(CultureInfo.InvariantCulture, $"Date: {time.GetUtcNow():ddd, dd MMM yyyy HH:mm:ss} +0000\r\n");
        message.Append(CultureInfo.InvariantCulture, $"Message-ID: <{Guid.NewGuid():N}@{domain}>\r\n");
        message.Append(CultureInfo.InvariantCulture, $"From: <{from.Address}>\r\nTo: <{to}>\r\nSubject: {subject}\r\n");
        message.Append("Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n");
        return message.Append(text.ReplaceLineEndings("\r\n")).ToString();
    }

    private SslClientAuthenticationOptions Tls(SmtpOptions smtp)
    {
        SslClientAuthenticationOptions tls = new() { TargetHost = smtp.Host };
        if (!smtp.RequireTls) tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        else if (smtp.CaFile is not null)
        {
            tls.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            tls.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(folder.Resolve(smtp.CaFile));
        }
        return tls;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A code by e-mail was asked for, and TwoFactor:Smtp is not configured. Set its Host, Port and From.")]
    private static partial void NotConfigured(ILogger logger);

    [LoggerMessage(Level = LogLevel.Error, Message = "A code could not be sent by e-mail over {Host}:{Port}: {Reason}. Check TwoFactor:Smtp.")]
    private static partial void NotSent(ILogger logger, string host, int port, string reason);
}

/// <summary>A code could not be sent; what went wrong is in the log.</summary>
internal sealed class MailNotSentException() : Exception("The code could not be sent by e-mail.");

/// <summary>The server said something else than was hoped for.</summary>
internal sealed class SmtpReplyException(string message) : Exception(message);

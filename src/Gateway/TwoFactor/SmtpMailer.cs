using System.Net;
using System.Net.Sockets;
using Gateway.Configuration;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using MimeKit.Utils;

namespace Gateway.TwoFactor;

/// <summary>Sends a plain text mail over SMTP.</summary>
/// <remarks>
/// <c>RequireTls</c>: TLS with a certificate that verifies, or nothing is sent. Without it TLS is used whenever it is
/// offered. Port 465 speaks TLS from the start (RFC 8314).
/// </remarks>
internal sealed partial class SmtpMailer(
    TwoFactorOptions options, ConfigurationFolder folder, SmtpSignIn signIn, TimeProvider time, ILogger<SmtpMailer> logger)
{
    private const int ImplicitTlsPort = 465;

    /// <summary>How long a farewell may take: nothing depends on it.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(1);

    /// <summary>Completes when the server has taken the mail.</summary>
    /// <exception cref="MailNotSentException">The server cannot be reached, or refused it; it was logged with the cure. A
    /// connection that broke after the last word leaves open whether it was taken.</exception>
    public async Task SendAsync(string to, string subject, string text, CancellationToken cancellation)
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
            await DeliverAsync(smtp, Message(smtp, to, subject, text), either.Token);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested && SmtpTroubleException.Reason(error) is { } reason)
        {
            NotSent(logger, smtp.Host, smtp.Port, reason);
            throw new MailNotSentException();
        }
    }

    private async Task DeliverAsync(SmtpOptions smtp, MimeMessage message, CancellationToken cancellation)
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(smtp.Host, smtp.Port, cancellation);
        using TrustingSmtpClient client = new(smtp, smtp.CaFile is null ? null : folder.Resolve(smtp.CaFile));
        client.LocalDomain = smtp.LocalDomain ?? ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        await ConnectAsync(client, socket, smtp, cancellation);
        await signIn.SignInAsync(client, smtp, IPAddress.IsLoopback(((IPEndPoint)socket.RemoteEndPoint!).Address), cancellation);
        await client.SendAsync(message, cancellation);
        await LeaveAsync(client);
    }

    private static async Task ConnectAsync(SmtpClient client, Socket socket, SmtpOptions smtp, CancellationToken cancellation)
    {
        SecureSocketOptions security = smtp.Port == ImplicitTlsPort ? SecureSocketOptions.SslOnConnect
            : smtp.RequireTls ? SecureSocketOptions.StartTls : SecureSocketOptions.StartTlsWhenAvailable;
        try { await client.ConnectAsync(socket, smtp.Host, smtp.Port, security, cancellation); }
        catch (NotSupportedException) { throw new SmtpTroubleException("the server offers no STARTTLS, which Smtp:RequireTls demands"); }
    }

    // The mail is taken; whatever happens from here on, it was sent.
    private async Task LeaveAsync(SmtpClient client)
    {
        using CancellationTokenSource limit = new(Farewell, time);
        try { await client.DisconnectAsync(quit: true, limit.Token); }
        catch (Exception error) when (SmtpTroubleException.Reason(error) is { } reason) { LeftRudely(logger, reason); }
    }

    private MimeMessage Message(SmtpOptions smtp, string to, string subject, string text)
    {
        if (MailAddresses.Sender(smtp.From) is not { } from) throw new SmtpTroubleException("Smtp:From is no plain ASCII address");
        if (!MailAddresses.IsPlain(to)) throw new SmtpTroubleException("the user's address is no plain ASCII address");
        MimeMessage message = new()
        {
            Date = time.GetUtcNow(),
            MessageId = MimeUtils.GenerateMessageId(from.Domain),
            Subject = subject,
            Body = new TextPart("plain") { Text = text },
        };
        message.From.Add(from);
        message.To.Add(new MailboxAddress(null, to));
        // RFC 3834: nobody's holiday notice is wanted in return.
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    [LoggerMessage(
        EventId = 1301, Level = LogLevel.Error,
        Message = "A code by e-mail was asked for, and TwoFactor:Smtp is not configured. Set its Host, Port and From.")]
    private static partial void NotConfigured(ILogger logger);

    [LoggerMessage(
        EventId = 1302, Level = LogLevel.Error,
        Message = "A code could not be sent by e-mail over {Host}:{Port}: {Reason}. Check TwoFactor:Smtp.")]
    private static partial void NotSent(ILogger logger, string host, int port, string reason);

    [LoggerMessage(
        EventId = 1303, Level = LogLevel.Debug,
        Message = "A mail was taken, and the connection ended without a farewell: {Reason}")]
    private static partial void LeftRudely(ILogger logger, string reason);
}

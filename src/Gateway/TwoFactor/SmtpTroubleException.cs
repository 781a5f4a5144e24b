using System.Net.Sockets;
using System.Security.Cryptography;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace Gateway.TwoFactor;

/// <summary>A mail cannot be sent; the message says why, in the words of the configuration.</summary>
internal sealed class SmtpTroubleException(string message) : Exception(message)
{
    /// <summary>Says what went wrong; null for what is no failure of sending. The server's words are not repeated, for they
    /// may repeat ours.</summary>
    public static string? Reason(Exception error) => error switch
    {
        SmtpTroubleException => error.Message,
        OperationCanceledException => "no answer in time",
        SmtpCommandException answer => $"the server answered {(int)answer.StatusCode}{Which(answer.ErrorCode)}",
        ServiceNotAuthenticatedException => "the server wants a sign-in: set Smtp:User with Password or OAuth2",
        AuthenticationException refused => $"the server refuses Smtp:User{Code(refused)}",
        SslHandshakeException handshake => $"TLS failed: {handshake.InnerException?.Message ?? "no reason was given"}",
        ProtocolException => "the server hung up or does not speak SMTP",
        NotSupportedException => "the server offers no sign-in that fits Smtp:User",
        SocketException or IOException or CryptographicException => error.Message,
        _ => null,
    };

    private static string Which(SmtpErrorCode code) => code switch
    {
        SmtpErrorCode.SenderNotAccepted => " to the sender, Smtp:From",
        SmtpErrorCode.RecipientNotAccepted => " to the recipient",
        SmtpErrorCode.MessageNotAccepted => " to the message",
        _ => "",
    };

    // Either the answer is behind it, or its code begins the text.
    private static string Code(AuthenticationException refused)
        => refused.InnerException is SmtpCommandException answer ? $" ({(int)answer.StatusCode})"
        : refused.Message is [>= '2' and <= '5', >= '0' and <= '9', >= '0' and <= '9', ':', ..] ? $" ({refused.Message[..3]})" : "";
}

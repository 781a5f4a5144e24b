using System.Net.Sockets;
using Gateway.Configuration;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Commands;

/// <summary>Failures that an operator can cure: told in words, with exit code 1 and without a stack trace.</summary>
internal static class CommandFailures
{
    public static async Task<int> ToldAsync(Func<Task<int>> command, TextWriter error)
    {
        try
        {
            return await command();
        }
        catch (Exception failure) when (Explain(failure) is not null)
        {
            await error.WriteLineAsync(Explain(failure));
            return 1;
        }
    }

    private static string? Explain(Exception failure) => failure switch
    {
        InvalidConfigurationException or StoreFileException or StoreUnavailableException => failure.Message,
        // Kestrel wraps what the socket said.
        IOException when Innermost(failure) is SocketException
            => $"{failure.Message} Stop what listens there, or change Urls, Kestrel:Endpoints or Gateway:Management:Url.",
        SocketException { SocketErrorCode: SocketError.AccessDenied or SocketError.AddressNotAvailable } socket
            =>
                $"A listener cannot be opened: {socket.Message}. Check the addresses in Urls, Kestrel:Endpoints and "
                    + "Gateway:Management:Url; ports below 1024 may need a privilege.",
        // A certificate that is missing, broken or locked.
        InvalidOperationException when failure.Message.Contains("HTTPS", StringComparison.Ordinal) =>
            $"{failure.Message.Split(Environment.NewLine)[0]} Name one in Kestrel:Certificates:Default or at the endpoint.",
        System.Security.Cryptography.CryptographicException =>
            $"A certificate of Kestrel's section cannot be used: {failure.Message} Check Path, KeyPath and Password.",
        AggregateException { InnerExceptions: [var only] } => Explain(only),
        _ => null,
    };

    private static Exception Innermost(Exception failure) => failure.InnerException is { } inner ? Innermost(inner) : failure;
}

using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Support;

/// <summary>A server that answers each connection by hand, byte for byte.</summary>
internal sealed class RawBackend : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    /// <param name="answer">Reads and writes; the connection is closed when it returns.</param>
    public RawBackend(Func<NetworkStream, CancellationToken, Task> answer)
    {
        _listener.Start();
        Url = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/";
        _accepting = AcceptAsync(answer);
    }

    public string Url { get; }

    /// <summary>Reads up to the end of a request's headers.</summary>
    public static async Task<string> ReadHeadersAsync(NetworkStream client, CancellationToken cancellation)
    {
        StringBuilder read = new();
        byte[] one = new byte[1];
        while (!read.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await client.ReadAsync(one, cancellation) > 0)
            read.Append((char)one[0]);
        return read.ToString();
    }

    public static ValueTask WriteAsync(NetworkStream client, string text, CancellationToken cancellation)
        => client.WriteAsync(Encoding.ASCII.GetBytes(text), cancellation);

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> answer)
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token), answer);
        }
        // The listener may be stopped between two calls to it.
        catch (Exception error) when (_stopping.IsCancellationRequested
            && error is OperationCanceledException or InvalidOperationException or SocketException) { }
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> answer)
    {
        using TcpClient owned = client;
        try { await answer(client.GetStream(), _stopping.Token); }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException) { }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }
}

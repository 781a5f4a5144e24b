using System.Net;
using System.Net.Sockets;

namespace Gateway.EndToEnd.Cluster;

/// <summary>A line between one gateway and Redis that a test can cut, in one direction or both, or slow down. While it is cut
/// nothing is lost that TCP would not lose: bytes wait, and go on when the line is whole again.</summary>
internal sealed class TcpRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;
    private volatile int _target;
    private volatile bool _toServer = true, _toClient = true;
    private volatile int _delay;

    public TcpRelay(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Where new connections lead from now on.</summary>
    public void LeadTo(int target) => _target = target;

    public void Cut(bool toServer, bool toClient) => (_toServer, _toClient) = (!toServer, !toClient);

    public void Heal()
    {
        (_toServer, _toClient) = (true, true);
        _delay = 0;
    }

    /// <summary>Each piece waits so long, in both directions.</summary>
    public void Slow(TimeSpan delay) => _delay = (int)delay.TotalMilliseconds;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = CarryAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
        catch (OperationCanceledException) { }
        catch (SocketException) { }
    }

    private async Task CarryAsync(TcpClient client)
    {
        using (client)
        using (TcpClient server = new())
        {
            try
            {
                await OpenAsync(() => _toServer && _toClient);
                await server.ConnectAsync(IPAddress.Loopback, _target, _stopping.Token);
                client.NoDelay = server.NoDelay = true;
                await Task.WhenAny(
                    PumpAsync(client.GetStream(), server.GetStream(), () => _toServer),
                    PumpAsync(server.GetStream(), client.GetStream(), () => _toClient));
            }
            catch (Exception error)
                when (error is SocketException or IOException or OperationCanceledException or ObjectDisposedException) { }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Func<bool> open)
    {
        byte[] buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                int read = await from.ReadAsync(buffer, _stopping.Token);
                if (_delay > 0) await Task.Delay(_delay, _stopping.Token);
                await OpenAsync(open);
                if (read == 0) return;
                await to.WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
            }
        }
        catch (Exception error) when (error is SocketException or IOException or OperationCanceledException or ObjectDisposedException) { }
    }

    private async Task OpenAsync(Func<bool> open)
    {
        while (!open()) await Task.Delay(5, _stopping.Token);
    }
}

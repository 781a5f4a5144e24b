using Microsoft.AspNetCore.Connections;

namespace Gateway.Http;

/// <summary>
/// Closes new connections of a listener while it has as many as its open files allow. Without this a flood of sockets would take the last
/// file, and the store could not be reached: then nobody is let through. Upgraded connections count as well.
/// </summary>
/// <param name="files">How many files the process may have open.</param>
internal sealed partial class ConnectionBound(ConnectionDelegate next, int files, TimeProvider time, ILogger<ConnectionBound> logger)
{
    private static readonly TimeSpan SayAgain = TimeSpan.FromMinutes(1);

    private readonly int _most = OpenFiles.ConnectionsOf(files);
    private int _open;
    private long _said;

    public async Task RunAsync(ConnectionContext connection)
    {
        try
        {
            if (Interlocked.Increment(ref _open) <= _most) await next(connection);
            else Refuse(connection);
        }
        finally { Interlocked.Decrement(ref _open); }
    }

    private void Refuse(ConnectionContext connection)
    {
        connection.Abort(new ConnectionAbortedException("The listener has as many connections as its open files allow."));
        long said = Volatile.Read(ref _said);
        if (said != 0 && time.GetElapsedTime(said) < SayAgain) return;
        if (Interlocked.CompareExchange(ref _said, time.GetTimestamp(), said) == said)
            LogFull(logger, connection.LocalEndPoint, _most, files);
    }

    [LoggerMessage(EventId = 802, Level = LogLevel.Error, Message = "{Listener} has {Most} connections, as many as {Files} open files "
        + "allow: new ones are closed. Raise the limit of open files (ulimit -n, LimitNOFILE), or add nodes.")]
    private static partial void LogFull(ILogger logger, System.Net.EndPoint? listener, int most, int files);
}

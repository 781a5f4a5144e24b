using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Says which exceptions mean that Redis cannot be used now. The client's own come from three families:
/// <see cref="RedisException"/>, <see cref="RedisCommandException"/> (a command that was not sent, as to a replica), and
/// <see cref="RedisTimeoutException"/>, which is a <see cref="TimeoutException"/>.</summary>
internal static class RedisFailure
{
    /// <param name="cancellation">The caller's own: what it cancelled is no failure of Redis.</param>
    public static bool Is(Exception error, CancellationToken cancellation) => error switch
    {
        OperationCanceledException => !cancellation.IsCancellationRequested,
        AggregateException { InnerExceptions: var inner } => inner.All(one => Is(one, cancellation)),
        _ => error is RedisException or RedisCommandException or TimeoutException
            // A connection that was thrown away while the call was on its way.
            or ObjectDisposedException or InvalidOperationException
            or IOException or SocketException or AuthenticationException,
    };
}

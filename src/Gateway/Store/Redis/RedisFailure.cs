using System.Net.Sockets;
using System.Security.Authentication;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Says which exceptions mean that Redis cannot be used now, and why. The client's own come from three families:
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

    /// <summary>
    /// Tells whether the way must be looked up again: a replica that was the master, a server that loads its data, a cluster that elects.
    /// </summary>
    public static bool IsElsewhere(RedisServerException error)
        => Said(error) is var said && (said.Contains("READONLY", StringComparison.Ordinal)
            || Begins(said, "LOADING", "MASTERDOWN", "MOVED", "CLUSTERDOWN"));

    /// <summary>Tells whether the server does not know the script.</summary>
    public static bool IsUnknownScript(Exception? error) => error is RedisServerException server && Begins(Said(server), "NOSCRIPT");

    /// <summary>Tells whether the user may not do it. A script is told so in other words.</summary>
    public static bool IsMissingRight(Exception error) => IsMissingRight(Said(error.GetBaseException()));

    /// <summary>Tells what is wrong and what helps, in words for an operator.</summary>
    public static string Reason(Exception error)
    {
        string said = Said(error.GetBaseException());
        return said switch
        {
            _ when Begins(said, "OOM") => $"Redis is full ({said}). Raise its maxmemory.",
            _ when Begins(said, "MISCONF") => $"Redis cannot write to its disk and takes nothing ({said}). Free space there.",
            _ when Begins(said, "NOAUTH", "WRONGPASS") =>
                $"Redis wants another user or password ({said}). Set password=, and with an ACL user=, in Gateway:Store:Connection.",
            _ when IsMissingRight(said) =>
                $"The user of Gateway:Store:Connection lacks a right in Redis ({said}). Its manual lists the rights under Operations.",
            _ when Begins(said, "NOREPLICAS") => $"Redis has too few replicas to take writes ({said}).",
            _ when error.GetBaseException() is RedisServerException => $"Redis says: {said}",
            _ when error is ObjectDisposedException =>
                "Redis cannot be reached: the connection was given up, and the next call makes a new one.",
            _ => $"Redis cannot be reached: {said}",
        };
    }

    /// <summary>Tells why a sentinel gave no answer.</summary>
    /// <param name="guarded">It answers nobody without a password.</param>
    public static string SentinelReason(Exception error, bool guarded)
    {
        string said = Said(error.GetBaseException());
        return guarded
            ? "it refuses the user or the password. Set sentinelUser= (default, where it has a password alone) and sentinelPassword= in "
                + "Gateway:Store:Connection."
            : said.Contains("NOPERM", StringComparison.Ordinal) ? $"its user lacks a right there ({said})."
            : $"it gave no answer ({said}).";
    }

    private static bool IsMissingRight(string said)
        => Begins(said, "NOPERM", "No permissions") || said.Contains("The user executing the script can't", StringComparison.Ordinal);

    // Errors in the handshake come with the name of their type in front.
    private static string Said(Exception error)
    {
        const string type = "SimpleError: ";
        return error.Message.StartsWith(type, StringComparison.Ordinal) ? error.Message[type.Length..] : error.Message;
    }

    private static bool Begins(string said, params ReadOnlySpan<string> codes)
    {
        foreach (string code in codes)
            if (said.StartsWith(code, StringComparison.Ordinal)) return true;
        return false;
    }
}

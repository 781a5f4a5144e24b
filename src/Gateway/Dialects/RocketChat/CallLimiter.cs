using System.Collections.Concurrent;
using System.Globalization;

namespace Gateway.Dialects.RocketChat;

/// <summary>So many calls of one route from one address in each period, on this node. Periods begin with the first call.</summary>
internal sealed class CallLimiter(RocketChatOptions options, TimeProvider time)
{
    private const int SweepAt = 10_000;

    private readonly ConcurrentDictionary<(string Address, string Route), Period> _periods = new();
    private readonly RateLimitOptions _limit = options.RateLimit;

    private readonly record struct Period(long Began, int Calls);

    /// <summary>Counts a call and sets the three headers.</summary>
    /// <exception cref="RocketChatException">429.</exception>
    public void Count(DialectCall call, string address)
    {
        long now = time.GetTimestamp();
        if (_periods.Count >= SweepAt) Sweep(now);
        Period period = _periods.AddOrUpdate((address, call.Route.Template), _ => new(now, 1),
            (_, current) => IsOver(current, now)
                ? new(now, 1)
                : current with { Calls = current.Calls < int.MaxValue ? current.Calls + 1 : current.Calls });
        TimeSpan left = _limit.Per - time.GetElapsedTime(period.Began, now);
        IHeaderDictionary headers = call.Response.Headers;
        headers["X-RateLimit-Limit"] = Text(_limit.Calls);
        headers["X-RateLimit-Remaining"] = Text(Math.Max(0, _limit.Calls - period.Calls));
        headers["X-RateLimit-Reset"] = Text((time.GetUtcNow() + left).ToUnixTimeMilliseconds());
        if (period.Calls > _limit.Calls)
            throw new RocketChatException(RocketChatAnswer.TooManyRequests(Math.Max(1, (long)Math.Ceiling(left.TotalSeconds))));
    }

    private bool IsOver(Period period, long now) => time.GetElapsedTime(period.Began, now) >= _limit.Per;

    private void Sweep(long now)
    {
        foreach (KeyValuePair<(string, string), Period> entry in _periods)
            if (IsOver(entry.Value, now)) _periods.TryRemove(entry);
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

namespace Gateway.Sessions;

/// <summary>How stores keep when a session was seen: microseconds since 1970, so that sessions seen within one millisecond keep
/// their order. A double, as Redis has for scores, holds them exactly until the year 2255.</summary>
internal static class Microseconds
{
    public static long ToUnixTimeMicroseconds(this DateTimeOffset instant)
        => (instant.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>Cuts off what is less than a microsecond.</summary>
    public static DateTimeOffset Whole(DateTimeOffset instant) => ToInstant(instant.ToUnixTimeMicroseconds());

    public static DateTimeOffset ToInstant(long microseconds)
        => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}

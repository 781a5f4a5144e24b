namespace Gateway.Dialects.RocketChat;

internal sealed record RateLimitOptions
{
    public int Calls { get; init; } = 10;
    public TimeSpan Per { get; init; } = TimeSpan.FromMinutes(1);
}

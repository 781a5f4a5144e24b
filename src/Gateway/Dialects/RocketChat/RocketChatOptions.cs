namespace Gateway.Dialects.RocketChat;

internal sealed record RocketChatOptions : DialectOptions
{
    public RateLimitOptions RateLimit { get; init; } = new();
}

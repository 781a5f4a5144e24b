namespace Gateway.Tests.Credentials;

/// <summary>What a request came to: the status, and the request as the backend got it, if it did.</summary>
public sealed record Outcome(int Status, string Answer)
{
    internal RecordedRequest? Forwarded { get; init; }

    internal bool IsForwarded => Forwarded is not null;
}

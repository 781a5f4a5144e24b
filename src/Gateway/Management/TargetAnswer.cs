using Gateway.Revocation;

namespace Gateway.Management;

/// <summary>A target in the words of the request that named it.</summary>
internal sealed record TargetAnswer
{
    public required string Kind { get; init; }
    public required string Realm { get; init; }
    public string? Session { get; init; }
    public string? OfSubject { get; init; }
    public string? Token { get; init; }
    public string? Subject { get; init; }
    public string? ExceptSession { get; init; }
    public string? Client { get; init; }
    public bool? Everything { get; init; }
    public DateTimeOffset? Before { get; init; }

    /// <param name="at">What a cut-off without an instant of its own falls back to; null leaves it out.</param>
    public static TargetAnswer Of(Target target, DateTimeOffset? at = null)
    {
        TargetAnswer answer = new() { Kind = target.Kind.Word, Realm = target.InRealm };
        return target switch
        {
            Target.Session session => answer with { Session = session.Id, OfSubject = session.OfSubject },
            Target.Token token => answer with { Token = token.Id },
            Target.Subject subject =>
                answer with { Subject = subject.Id, Before = subject.Before ?? at, ExceptSession = subject.ExceptSession },
            Target.Client client => answer with { Client = client.Id, Before = client.Before ?? at },
            Target.Realm realm => answer with { Everything = true, Before = realm.Before ?? at },
            _ => answer,
        };
    }
}

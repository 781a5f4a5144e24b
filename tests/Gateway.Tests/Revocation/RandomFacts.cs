using Gateway.Revocation;

namespace Gateway.Tests.Revocation;

/// <summary>Facts from a seed: all targets, awkward ids, instants from the first to the last.</summary>
internal sealed class RandomFacts(int seed)
{
    private static readonly string[] Ids = ["a", "A", "", "ä", "🦊", "e\u0301", "\u0000", "\u001f\"\\/<>", "x y", new('s', 1024), "0",
        "null", "a/b", "☃☃"];

    public Random Random { get; } = new(seed);

    public string Id() => Random.Next(3) == 0 ? Guid.NewGuid().ToString() : Ids[Random.Next(Ids.Length)];

    public string Realm() => Random.Next(2) == 0 ? "main" : "other_Realm-1";

    public DateTimeOffset Instant() => Random.Next(10) switch
    {
        0 => DateTimeOffset.MinValue,
        1 => DateTimeOffset.MaxValue,
        2 => DateTimeOffset.UnixEpoch,
        _ => new(Random.NextInt64(DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero),
    };

    public Target Target() => Random.Next(5) switch
    {
        0 => new Target.Session(Realm(), Id(), Random.Next(2) == 0 ? null : Id()),
        1 => new Target.Token(Realm(), Id()),
        2 => new Target.Subject(Realm(), Id(), Random.Next(2) == 0 ? null : Instant(), Random.Next(2) == 0 ? null : Id()),
        3 => new Target.Client(Realm(), Id(), Random.Next(2) == 0 ? null : Instant()),
        _ => new Target.Realm(Realm(), Random.Next(2) == 0 ? null : Instant()),
    };

    /// <summary>A revocation or a reinstatement.</summary>
    public Fact Fact() => Random.Next(4) == 0
        ? new Fact.Reinstatement { Id = Guid.NewGuid(), At = Instant(), Expires = Instant(), Actor = Id(),
            Reason = Random.Next(2) == 0 ? null : Id(), Of = Guid.NewGuid() }
        : new Fact.Revocation { Id = Guid.NewGuid(), At = Instant(), Expires = Instant(), Actor = Id(),
            Reason = Random.Next(2) == 0 ? null : Id(), Target = Target() };

    /// <summary>A fact of any kind.</summary>
    public Fact AnyFact() => Random.Next(8) > 0 ? Fact() : new Fact.EndedSessions
    {
        Id = Guid.NewGuid(), At = Instant(), Expires = Instant(), Actor = Id(), Of = Guid.NewGuid(),
        By = (TargetKind)Random.Next((int)TargetKind.Subject, (int)TargetKind.Realm + 1), InRealm = Realm(),
        Sessions = [.. Enumerable.Range(0, Random.Next(4)).Select(_ => Id())],
    };
}

using Gateway.Revocation;

namespace Gateway.Tests.Revocation;

/// <summary>Facts and identities from a seed, over so few ids and instants that they meet all the time.</summary>
internal sealed class RandomWorld(int seed)
{
    public static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly Random _random = new(seed);

    public T Pick<T>(params ReadOnlySpan<T> of) => of[_random.Next(of.Length)];

    public int Next(int below) => _random.Next(below);

    public void Shuffle<T>(T[] items) => _random.Shuffle(items);

    private string Realm() => Pick("main", "other");

    private string Id() => Pick("a", "b", "A", "");

    private string? Maybe() => Pick<string?>(null, "a", "b", "A", "");

    // Fractions of seconds around a few whole ones, and the ends of time.
    public DateTimeOffset Instant() => Next(40) switch
    {
        0 => DateTimeOffset.MinValue,
        1 => DateTimeOffset.MaxValue,
        _ => Start.AddMilliseconds(Next(6) * 1000 + Pick(0, 1, 500, 999)),
    };

    private DateTimeOffset? MaybeInstant() => Next(3) == 0 ? null : Instant();

    public SessionIdentity Identity() => new(Realm(), Maybe(), Maybe(), Maybe(), Maybe(), Maybe(), Maybe(), MaybeInstant(), MaybeInstant());

    private Target Target() => Next(5) switch
    {
        0 => new Target.Session(Realm(), Id(), Maybe()),
        1 => new Target.Token(Realm(), Id()),
        2 => new Target.Subject(Realm(), Id(), MaybeInstant(), Maybe()),
        3 => new Target.Client(Realm(), Id(), MaybeInstant()),
        _ => new Target.Realm(Realm(), MaybeInstant()),
    };

    /// <summary>Some revocations; some of them undone, and some reinstatements of nothing known.</summary>
    /// <param name="expires">When a revocation expires; reinstatements never do before.</param>
    public Fact[] Facts(int most, Func<DateTimeOffset>? expires = null)
    {
        List<Fact> facts = [];
        for (int count = Next(most + 1); count > 0; count--)
        {
            Fact.Revocation revocation = new() { Id = NewId(), At = Instant(), Expires = expires?.Invoke() ?? DateTimeOffset.MaxValue,
                Actor = "a", Target = Target() };
            facts.Add(revocation);
            if (Next(3) == 0)
                facts.Add(new Fact.Reinstatement { Id = NewId(), At = Instant(), Expires = revocation.Expires, Actor = "a",
                    Of = revocation.Id });
        }
        if (Next(4) == 0)
            facts.Add(new Fact.Reinstatement { Id = NewId(), At = Instant(), Expires = DateTimeOffset.MaxValue, Actor = "a",
                Of = NewId() });
        return [.. facts];
    }

    private Guid NewId()
    {
        Span<byte> bytes = stackalloc byte[16];
        _random.NextBytes(bytes);
        return new Guid(bytes);
    }
}

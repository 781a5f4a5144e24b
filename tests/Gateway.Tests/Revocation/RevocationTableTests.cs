using Gateway.Revocation;

namespace Gateway.Tests.Revocation;

public sealed class RevocationTableTests
{
    private static readonly DateTimeOffset T = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static Fact.Revocation Revoke(Target target, DateTimeOffset expires)
        => new() { Id = Guid.NewGuid(), At = T, Expires = expires, Actor = "a", Target = target };

    private static Fact.Reinstatement Undo(Fact fact)
        => new() { Id = Guid.NewGuid(), At = T, Expires = fact.Expires, Actor = "a", Of = fact.Id };

    [Fact]
    public async Task Readers_find_what_acts_and_nothing_else_while_the_writer_adds_undoes_and_forgets()
    {
        const int kept = 200, rounds = 150, each = 400;
        RevocationIndex index = new(TimeSpan.Zero);
        DateTimeOffset late = T.AddYears(1);
        for (int n = 0; n < kept; n++)
        {
            index.Apply(Revoke(new Target.Session("main", "kept-" + n), late));
            index.Apply(Revoke(new Target.Subject("main", "kept-" + n, T), late));
        }
        using CancellationTokenSource over = new();
        Task[] readers = [.. Enumerable.Range(0, 2).Select(reader => Task.Run(() =>
        {
            for (int n = reader; !over.IsCancellationRequested; n++)
            {
                SessionIdentity identity = (n % 5) switch
                {
                    0 => new("main", "kept-" + n % kept),
                    1 => new("main", null, "kept-" + n % kept, authenticatedAt: T),
                    // The same subject, after its cut-off: also while the subject is cut off again and that is undone.
                    2 => new("main", null, "kept-" + n % kept, authenticatedAt: T.AddSeconds(1)),
                    3 => new("main", "never-" + n % kept, "never-" + n % kept, authenticatedAt: T.AddSeconds(1)),
                    _ => new("main", "after-" + n % each, "comes-" + n % each, authenticatedAt: T.AddSeconds(1)),
                };
                Assert.Equal(n % 5 < 2, index.IsRevoked(identity));
            }
        }))];
        for (int round = 0; round < rounds && readers.All(reader => !reader.IsCompleted); round++)
        {
            DateTimeOffset now = T.AddMinutes(round * 2);
            List<Fact.Revocation> made = [];
            for (int n = 0; n < each; n++)
            {
                made.Add(Revoke(new Target.Session("main", "comes-" + round % 3 + "-" + n), now.AddMinutes(n % 3)));
                made.Add(Revoke(new Target.Session("main", "kept-" + n % kept), now.AddMinutes(n % 4)));
                made.Add(Revoke(new Target.Subject("main", "comes-" + n, T, n % 3 == 0 ? "other" : null), now.AddMinutes(n % 2)));
                made.Add(Revoke(new Target.Subject("main", "kept-" + n % kept, T.AddSeconds(-n % 3)), now.AddMinutes(1)));
            }
            foreach (Fact.Revocation fact in made) index.Apply(fact);
            foreach (Fact.Revocation fact in made.Where((_, n) => n % 7 == 0)) index.Apply(Undo(fact));
            while (index.Forget(now.AddMinutes(1))) { }
        }
        await over.CancelAsync();
        await Task.WhenAll(readers);
        while (index.Forget(T.AddMonths(6))) { }
        Assert.Equal(2 * kept, index.Count);
        for (int n = 0; n < kept; n++) Assert.True(index.IsRevoked(new("main", "kept-" + n)));
        for (int n = 0; n < each; n++) Assert.False(index.IsRevoked(new("main", "comes-0-" + n, "comes-" + n)));
    }

    [Fact]
    public void The_first_revocation_of_a_session_may_be_undone_and_forgotten_and_the_others_act_on()
    {
        RevocationIndex index = new(TimeSpan.Zero);
        Target target = new Target.Session("main", "s");
        Fact.Revocation first = Revoke(target, T.AddMinutes(1)), second = Revoke(target, T.AddHours(1)),
            third = Revoke(target, T.AddHours(2));
        foreach (Fact fact in (Fact[])[first, second, third, Undo(first)]) index.Apply(fact);
        index.Forget(T.AddMinutes(10));
        Assert.False(index.Acts(first.Id));
        Assert.True(index.IsRevoked(new("main", "s")));
        index.Forget(T.AddMinutes(90));
        Assert.True(index.IsRevoked(new("main", "s")));
        Assert.Equal(1, index.Count);
        index.Forget(T.AddMinutes(150));
        Assert.False(index.IsRevoked(new("main", "s")));
        // Its place is given away again.
        index.Apply(Revoke(new Target.Session("main", "t"), T.AddHours(9)));
        Assert.True(index.IsRevoked(new("main", "t")));
        Assert.False(index.IsRevoked(new("main", "s")));
    }
}

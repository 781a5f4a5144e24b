using Gateway.Revocation;

namespace Gateway.Tests.Revocation;

public sealed class RevocationIndexTests
{
    private static readonly DateTimeOffset T = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static Fact.Revocation Revoke(Target target, DateTimeOffset? at = null)
        => new() { Id = Guid.CreateVersion7(), At = at ?? T, Expires = T.AddDays(30), Actor = "a", Target = target };

    private static RevocationIndex With(TimeSpan skew, params Target[] targets)
    {
        RevocationIndex index = new(skew);
        foreach (Target target in targets) index.Apply(Revoke(target));
        return index;
    }

    [Theory]
    [InlineData(-1000, true)]
    [InlineData(0, true)]
    [InlineData(999, true)]    // the same whole second
    [InlineData(1000, true)]   // one second of skew: a provider whose clock is a little ahead
    [InlineData(1999, true)]
    [InlineData(2000, false)]  // a new sign-in after it passes
    public void A_cut_off_refuses_up_to_its_own_second_and_the_skew(int milliseconds, bool refused)
    {
        RevocationIndex index = With(TimeSpan.FromSeconds(1), new Target.Subject("main", "u", T));
        Assert.Equal(refused, index.IsRevoked(new("main", "s", "u", authenticatedAt: T.AddMilliseconds(milliseconds))));
        Assert.Equal(refused, index.IsRevoked(new("main", "s", "u", issuedAt: T.AddMilliseconds(milliseconds))));
    }

    [Fact]
    public void Authenticated_at_decides_where_both_are_known()
    {
        RevocationIndex index = With(TimeSpan.Zero, new Target.Subject("main", "u", T));
        Assert.True(index.IsRevoked(new("main", "s", "u", authenticatedAt: T.AddHours(-1), issuedAt: T.AddHours(1))));
    }

    [Fact]
    public void With_neither_instant_a_cut_off_refuses_except_the_session_it_spares()
    {
        RevocationIndex index = With(TimeSpan.Zero, new Target.Subject("main", "u", T, ExceptSession: "mine"));
        Assert.True(index.IsRevoked(new("main", "other", "u")));
        Assert.True(index.IsRevoked(new("main", null, "u")));
        Assert.False(index.IsRevoked(new("main", "mine", "u")));
        Assert.False(index.IsRevoked(new("main", "other", "v")));
    }

    [Fact]
    public void The_ends_of_time_do_not_break_it()
    {
        RevocationIndex index = With(TimeSpan.FromDays(1000), new Target.Client("main", "c", DateTimeOffset.MaxValue),
            new Target.Realm("old", DateTimeOffset.MinValue));
        index.Apply(Revoke(new Target.Session("main", "s")) with { Expires = DateTimeOffset.MaxValue });
        index.Apply(Revoke(new Target.Session("main", "t")) with { Expires = DateTimeOffset.MinValue });
        Assert.True(index.IsRevoked(new("main", "x", client: "c", authenticatedAt: DateTimeOffset.MaxValue)));
        Assert.True(index.IsRevoked(new("old", "x", authenticatedAt: DateTimeOffset.MinValue)));
        Assert.False(index.IsRevoked(new("old", "x", authenticatedAt: T)));
        index.Forget(T);
        index.Forget(DateTimeOffset.MinValue);
        Assert.True(index.IsRevoked(new("main", "s")));
        Assert.False(index.IsRevoked(new("main", "t")));
    }

    [Fact]
    public void One_of_two_revocations_undone_leaves_the_other()
    {
        RevocationIndex index = new(TimeSpan.Zero);
        Fact.Revocation first = Revoke(new Target.Session("main", "s")), second = Revoke(new Target.Session("main", "s"));
        index.Apply(first);
        index.Apply(second);
        index.Apply(new Fact.Reinstatement { Id = Guid.NewGuid(), At = T, Expires = first.Expires, Actor = "a", Of = first.Id });
        Assert.True(index.IsRevoked(new("main", "s")));
        Assert.False(index.Acts(first.Id));
        Assert.True(index.Acts(second.Id));
    }

    [Fact]
    public void What_was_found_good_by_one_index_says_nothing_to_another()
    {
        SessionIdentity identity = new("main", "s");
        Assert.False(With(TimeSpan.Zero).IsRevoked(identity));
        Assert.True(With(TimeSpan.Zero, new Target.Session("main", "s")).IsRevoked(identity));
        Assert.False(With(TimeSpan.Zero).IsRevoked(identity));
    }

    [Fact]
    public void A_look_up_allocates_nothing()
    {
        RevocationIndex index = With(TimeSpan.Zero, new Target.Session("main", "x"), new Target.Subject("main", "u", T.AddDays(-1)));
        SessionIdentity good = new("main", "s", "u", "t", "f", "c", "d", T, T), bad = new("main", "x", "u");
        for (int i = 0; i < 100; i++) Ask();
        Assert.InRange(Allocated.By(10_000, Ask), 0, 9_999);

        void Ask()
        {
            good.FoundGoodBy = null;
            if (index.IsRevoked(good) || index.IsRevoked(good) || !index.IsRevoked(bad)) throw new InvalidOperationException();
        }
    }

    [Fact]
    public void Tens_of_thousands_answer_as_a_few_do()
    {
        const int facts = 60_000;
        RevocationIndex index = new(TimeSpan.Zero);
        for (int i = 0; i < facts; i++)
        {
            Fact.Revocation revocation = Revoke((i % 4) switch
            {
                0 => new Target.Session("main", "s" + i),
                1 => new Target.Token("main", "s" + i),
                2 => new Target.Subject("main", "s" + i),
                _ => new Target.Subject("main", "same", T.AddSeconds(-i)),
            }) with { Expires = T.AddMinutes(i % 3) };
            index.Apply(revocation);
            if (i % 5 == 0)
                index.Apply(new Fact.Reinstatement { Id = Guid.CreateVersion7(), At = T, Expires = T.AddHours(1), Actor = "a",
                    Of = revocation.Id });
        }
        Expect(i => i % 5 != 0);
        Assert.Equal(facts / 5 * 4, index.Count);
        Assert.True(index.IsRevoked(new("main", null, "same", authenticatedAt: T.AddSeconds(-3))));
        Assert.False(index.IsRevoked(new("main", null, "same", authenticatedAt: T.AddSeconds(-2))));

        while (index.Forget(T.AddMinutes(2).AddSeconds(-3))) { }
        Expect(i => i % 5 != 0 && i % 3 == 2);
        Assert.False(index.IsRevoked(new("main", null, "same", authenticatedAt: T.AddSeconds(-7))));
        Assert.True(index.IsRevoked(new("main", null, "same", authenticatedAt: T.AddSeconds(-11))));

        while (index.Forget(T.AddMinutes(5))) { }
        Expect(_ => false);
        Assert.Equal(0, index.Count);
        Assert.False(index.IsRevoked(new("main", null, "same")));

        void Expect(Func<int, bool> acts)
        {
            for (int i = 0; i < facts; i++)
            {
                if (i % 4 == 3) continue;
                SessionIdentity identity = (i % 4) switch { 0 => new("main", "s" + i), 1 => new("main", null, tokenId: "s" + i),
                    _ => new("main", null, "s" + i) };
                if (index.IsRevoked(identity) != acts(i)) Assert.Fail($"{i}: expected {acts(i)}");
            }
        }
    }

    [Fact]
    public async Task Readers_never_miss_what_was_applied_before_they_asked()
    {
        const int facts = 30_000;
        RevocationIndex index = new(TimeSpan.Zero);
        SessionIdentity[] identities = [.. Enumerable.Range(0, facts).Select(Identity)];
        Fact.Revocation[] revocations = [
            .. Enumerable.Range(0, facts).Select(i => Revoke(TargetOf(i)) with { Expires = i % 7 == 0 ? T : T.AddDays(1) })];
        int applied = 0;
        Task[] readers = [.. Enumerable.Range(0, 3).Select(reader => Task.Run(() =>
        {
            Random random = new(reader);
            long asked = 0;
            for (int known; (known = Volatile.Read(ref applied)) < facts; asked++)
            {
                // Also ahead of the writer, so that identities were found good before they are revoked.
                int i = random.Next(Math.Min(facts, known + 500));
                bool revoked = index.IsRevoked(identities[i]);
                if (!revoked && i < known && i % 7 != 0) throw new InvalidOperationException($"{i} of {known} was missed");
            }
            return asked;
        }))];
        for (int i = 0; i < facts; i++)
        {
            index.Apply(revocations[i]);
            Volatile.Write(ref applied, i + 1);
            if (i % 1000 == 0) index.Forget(T.AddMinutes(5).AddSeconds(i));
        }
        await Task.WhenAll(readers);
        for (int i = 0; i < facts; i++)
            if (i % 7 != 0) Assert.True(index.IsRevoked(identities[i]));

        static SessionIdentity Identity(int i) => new("main", "s" + i, "u" + i, "t" + i, client: "c" + i % 2000, authenticatedAt: T);
        static Target TargetOf(int i) => (i % 4) switch
        {
            0 => new Target.Session("main", "s" + i),
            1 => new Target.Token("main", "t" + i),
            2 => new Target.Subject("main", "u" + i),
            _ => new Target.Session("main", "s" + i, "u" + i),
        };
    }

    [Fact]
    public void R20_a_session_that_a_cut_off_ends_by_its_id_is_refused_whenever_it_was_authenticated()
    {
        Fact.Revocation cutOff = Revoke(new Target.Subject("main", "u", T));
        Fact.EndedSessions ended = new()
        {
            Id = Guid.CreateVersion7(), At = T, Expires = T.AddDays(30), Actor = "a", Of = cutOff.Id, By = TargetKind.Subject,
            InRealm = "main", Sessions = ["s1", "s2"],
        };
        Fact.Reinstatement undone = new() { Id = Guid.CreateVersion7(), At = T, Expires = T.AddDays(60), Actor = "a", Of = cutOff.Id };
        SessionIdentity later = new("main", "s1", "u", authenticatedAt: T.AddHours(1)),
            elsewhere = new("other", "s1", "u", authenticatedAt: T.AddHours(1)),
            new3 = new("main", "s3", "u", authenticatedAt: T.AddHours(1));

        // Whatever the order in which they come, and however often.
        foreach (Fact[] order in (Fact[][])[[cutOff, ended, ended], [ended, cutOff]])
        {
            RevocationIndex index = new(TimeSpan.Zero);
            foreach (Fact fact in order) index.Apply(fact);
            Assert.Equal(TargetKind.Subject, index.RevokedBy(later));
            Assert.Equal(TargetKind.None, index.RevokedBy(elsewhere));
            Assert.Equal(TargetKind.None, index.RevokedBy(new3));
            Assert.True(index.EndsById(later.SessionKey));
            index.Apply(undone);
            Assert.Equal(TargetKind.None, index.RevokedBy(new SessionIdentity("main", "s1", "u", authenticatedAt: T.AddHours(1))));
        }
        RevocationIndex before = new(TimeSpan.Zero);
        foreach (Fact fact in (Fact[])[undone, ended, cutOff]) before.Apply(fact);
        Assert.Equal(TargetKind.None, before.RevokedBy(later));

        RevocationIndex expires = new(TimeSpan.Zero);
        expires.Apply(ended);
        Assert.Equal(T.AddDays(30), expires.EndsByIdUntil(cutOff.Id)!.Value, TimeSpan.FromMinutes(1));
        expires.Forget(T.AddDays(29));
        Assert.True(expires.EndsById(later.SessionKey));
        expires.Forget(T.AddDays(31));
        Assert.False(expires.EndsById(later.SessionKey));
        Assert.Null(expires.EndsByIdUntil(cutOff.Id));
    }

    [Fact]
    public void R20_the_cut_off_that_refuses_somebody_is_found()
    {
        RevocationIndex index = new(TimeSpan.Zero);
        Fact.Revocation old = Revoke(new Target.Subject("main", "u", T.AddHours(-2))),
            spares = Revoke(new Target.Subject("main", "u", T, ExceptSession: "mine")),
            realm = Revoke(new Target.Realm("main", T.AddHours(-3)));
        foreach (Fact fact in (Fact[])[old, spares, realm]) index.Apply(fact);
        Assert.Equal((spares.Id, TargetKind.Subject), index.CutOffOf(new("main", "other", "u", authenticatedAt: T.AddHours(-1))));
        Assert.Equal((old.Id, TargetKind.Subject), index.CutOffOf(new("main", "mine", "u", authenticatedAt: T.AddHours(-2))));
        Assert.Equal((realm.Id, TargetKind.Realm), index.CutOffOf(new("main", "x", "v", authenticatedAt: T.AddHours(-3))));
        Assert.Null(index.CutOffOf(new("main", "mine", "u", authenticatedAt: T.AddHours(-1))));
    }
}

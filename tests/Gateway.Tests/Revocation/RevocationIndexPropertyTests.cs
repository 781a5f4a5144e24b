using FsCheck;
using FsCheck.Fluent;
using Gateway.Revocation;

namespace Gateway.Tests.Revocation;

/// <summary>The index against the naive model. FsCheck chooses the seeds and prints the one that fails.</summary>
public sealed class RevocationIndexPropertyTests
{
    private static readonly TimeSpan[] Skews = [TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(1500),
        TimeSpan.FromDays(4_000_000)];

    private static void Check(int tests, Func<RandomWorld, bool> property)
        => Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => property(new RandomWorld(seed)))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(tests));

    [Fact]
    public void It_answers_what_the_rules_say() => Check(3000, world =>
    {
        TimeSpan skew = world.Pick<TimeSpan>(Skews);
        Fact[] facts = world.Facts(12);
        RevocationIndex index = new(skew);
        foreach (Fact fact in facts) index.Apply(fact);
        for (int i = 0; i < 30; i++)
        {
            SessionIdentity identity = world.Identity();
            bool expected = NaiveIndex.IsRevoked(identity, facts, skew);
            // Twice: the second time it may answer from what it remembers.
            if (index.IsRevoked(identity) != expected || index.IsRevoked(identity) != expected) return false;
        }
        return true;
    });

    [Fact]
    public void After_each_single_fact_it_answers_what_the_rules_say() => Check(1500, world =>
    {
        Fact[] facts = world.Facts(8);
        world.Shuffle(facts);
        RevocationIndex index = new(TimeSpan.FromSeconds(1));
        SessionIdentity[] identities = [.. Enumerable.Range(0, 12).Select(_ => world.Identity())];
        for (int known = 1; known <= facts.Length; known++)
        {
            bool[] before = [.. identities.Select(index.IsRevoked)];
            bool changed = index.Apply(facts[known - 1]);
            for (int i = 0; i < identities.Length; i++)
            {
                bool now = index.IsRevoked(identities[i]);
                if (now != NaiveIndex.IsRevoked(identities[i], facts[..known], TimeSpan.FromSeconds(1))) return false;
                if (now != before[i] && !changed) return false;
            }
        }
        return true;
    });

    [Fact]
    public void Order_and_repeats_change_nothing() => Check(1500, world =>
    {
        Fact[] facts = world.Facts(12);
        RevocationIndex one = new(TimeSpan.FromSeconds(1)), other = new(TimeSpan.FromSeconds(1));
        foreach (Fact fact in facts) one.Apply(fact);
        Fact[] again = [.. facts, .. facts.Where(_ => world.Next(2) == 0)];
        world.Shuffle(again);
        foreach (Fact fact in again) other.Apply(fact);
        return one.Count == other.Count
            && Enumerable.Range(0, 30).Select(_ => world.Identity()).All(identity => one.RevokedBy(identity) == other.RevokedBy(identity));
    });

    [Fact]
    public void Nothing_is_forgotten_early_and_everything_in_the_end() => Check(700, world =>
    {
        Fact[] facts = world.Facts(12, () => RandomWorld.Start.AddSeconds(world.Next(600)));
        RevocationIndex index = new(TimeSpan.Zero);
        foreach (Fact fact in facts) index.Apply(fact);
        SessionIdentity[] identities = [.. Enumerable.Range(0, 20).Select(_ => world.Identity())];
        for (DateTimeOffset now = RandomWorld.Start; now < RandomWorld.Start.AddMinutes(12); now = now.AddSeconds(world.Next(45)))
        {
            index.Forget(now);
            // Late copies come in at any time, as in a repair.
            foreach (Fact fact in facts)
                if (world.Next(6) == 0 && (fact.Expires > now || fact is Fact.Reinstatement)) index.Apply(fact);
            foreach (SessionIdentity identity in identities)
            {
                if (NaiveIndex.IsRevoked(identity, facts, TimeSpan.Zero, now) && !index.IsRevoked(identity)) return false;
                if (!NaiveIndex.IsRevoked(identity, facts, TimeSpan.Zero) && index.IsRevoked(identity)) return false;
            }
        }
        index.Forget(RandomWorld.Start.AddMinutes(15));
        return index.Count == 0 && !identities.Any(index.IsRevoked);
    });
}

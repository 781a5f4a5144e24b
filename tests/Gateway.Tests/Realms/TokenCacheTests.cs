using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Tests.Realms;

public sealed class TokenCacheTests
{
    private static readonly DateTimeOffset Later = DateTimeOffset.UnixEpoch.AddSeconds(100);
    private static Verification Good(string id) => new(TokenResult.Of(new SessionIdentity("r", id)), Later);
    private static readonly Verification Bad = new(TokenResult.Invalid, Later);

    [Fact]
    public void Holds_no_more_than_its_capacity_and_keeps_what_is_in_use()
    {
        TokenCache cache = new(100);
        cache.Add("busy", Good("busy"), 0);
        for (int n = 0; n < 10_000; n++)
        {
            cache.Add("t" + n, Good("s"), 0);
            Assert.True(cache.TryGet("busy", 0, 0, out _));
        }
        Assert.InRange(cache.Count, 50, 100);
    }

    [Fact]
    public void Forgets_the_verdicts_that_are_good_for_one_and_keeps_the_others()
    {
        TokenCache cache = new(100);
        cache.Add("a", Good("s1"), 0);
        cache.Add("b", Good("s2"), 0);
        cache.Add("c", Bad, 0);
        cache.Forget(identity => identity.SessionId == "s1");
        Assert.False(cache.TryGet("a", 0, 0, out _));
        Assert.True(cache.TryGet("b", 0, 0, out _));
        Assert.True(cache.TryGet("c", 0, 0, out _));
        Assert.Equal(2, cache.Count);
    }

    [Fact]
    public void Junk_displaces_no_good_token()
    {
        TokenCache cache = new(100);
        for (int n = 0; n < 100; n++) cache.Add("good" + n, Good("s"), 0);
        for (int n = 0; n < 10_000; n++) cache.Add("bad" + n, Bad, 0);
        for (int n = 0; n < 100; n++) Assert.True(cache.TryGet("good" + n, 0, 0, out _));
        Assert.InRange(cache.Count, 100, 200);
    }

    [Fact]
    public void Long_tokens_count_for_several()
    {
        TokenCache cache = new(100);
        for (int n = 0; n < 100; n++) cache.Add(new string('x', 10_000) + n, Good("s"), 0);
        Assert.InRange(cache.Count, 5, 10);
    }

    [Fact]
    public void Forgets_at_the_end_and_with_the_generation()
    {
        TokenCache cache = new(100);
        cache.Add("a", Good("s"), generation: 1);
        Assert.True(cache.TryGet("a", 1, 99_999, out _));
        Assert.False(cache.TryGet("a", 1, 100_000, out _));
        Assert.False(cache.TryGet("a", 2, 0, out _));
        Assert.False(cache.TryGet("A", 1, 0, out _));
    }

    [Fact]
    public void Replacing_one_entry_for_ever_takes_no_more_room()
    {
        TokenCache cache = new(100);
        for (int n = 0; n < 100_000; n++) cache.Add("same", Good("s"), n);
        Assert.Equal(1, cache.Count);
        cache.Add("other", Good("s"), 0);
        Assert.Equal(2, cache.Count);
    }

    /// <summary>Against a dictionary that forgets nothing: what the cache answers is never wrong, only missing.</summary>
    [Theory]
    [InlineData(true), InlineData(false)]
    public void Never_answers_wrongly_under_random_use(bool signed)
    {
        const int seed = 7;
        Random random = new(seed);
        TokenCache cache = new(64, signed);
        Dictionary<string, (TokenResult Result, int Generation)> model = [];
        int hits = 0;
        for (int step = 0; step < 50_000; step++)
        {
            string key = random.Next(150) + (random.Next(2) == 0 ? "" : ".the same long end of every token, as it seems");
            int generation = random.Next(2);
            if (random.Next(3) == 0)
            {
                Verification verdict = random.Next(4) == 0 ? Bad : Good(key + step);
                // A token is good or bad by its keys: one that changes sides does so with a new generation.
                if (model.TryGetValue(key, out (TokenResult Result, int Generation) before)
                    && before.Result.Failure != verdict.Result.Failure) continue;
                cache.Add(key, verdict, generation);
                model[key] = (verdict.Result, generation);
            }
            else if (cache.TryGet(key, generation, 0, out TokenResult result))
            {
                hits++;
                Assert.Equal(model[key], (result, generation));
            }
        }
        Assert.True(hits > 1000, $"seed {seed}, {hits} hits");
    }
}

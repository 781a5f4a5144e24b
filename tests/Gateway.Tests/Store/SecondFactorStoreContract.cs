using Gateway.Store;

namespace Gateway.Tests.Store;

/// <summary>What every <see cref="ISecondFactorStore"/> promises; runs against each of them.</summary>
public abstract class SecondFactorStoreContract
{
    private protected ManualTime Time { get; } = new(DateTimeOffset.UtcNow);

    private DateTimeOffset Soon => Time.GetUtcNow().AddHours(1);

    /// <summary>Another node's view of one and the same store.</summary>
    private protected abstract ValueTask<ISecondFactorStore> NodeAsync();

    [Fact]
    public async Task What_is_set_is_read_on_every_node()
    {
        ISecondFactorStore one = await NodeAsync(), two = await NodeAsync();
        Assert.Null(await one.ReadAsync("a", default));
        Assert.True(await one.ReplaceAsync("a", null, "1", Soon, default));
        Assert.Equal("1", await two.ReadAsync("a", default));
        Assert.True(await two.ReplaceAsync("a", "1", "2", Soon, default));
        Assert.Equal("2", await one.ReadAsync("a", default));
        Assert.True(await one.ReplaceAsync("a", "2", null, Soon, default));
        Assert.Null(await two.ReadAsync("a", default));
    }

    [Fact]
    public async Task Another_present_value_changes_nothing()
    {
        ISecondFactorStore store = await NodeAsync();
        Assert.False(await store.ReplaceAsync("b", "0", "1", Soon, default));
        Assert.False(await store.ReplaceAsync("b", "0", null, Soon, default));
        Assert.True(await store.ReplaceAsync("b", null, "1", Soon, default));
        Assert.False(await store.ReplaceAsync("b", null, "2", Soon, default));
        Assert.False(await store.ReplaceAsync("b", "0", "2", Soon, default));
        Assert.False(await store.ReplaceAsync("b", "0", null, Soon, default));
        Assert.False(await store.ReplaceAsync("b", null, null, Soon, default));
        Assert.True(await store.ReplaceAsync("never", null, null, Soon, default));
        Assert.Equal("1", await store.ReadAsync("b", default));
    }

    [Fact]
    public async Task Of_many_at_once_one_wins()
    {
        ISecondFactorStore[] nodes = [await NodeAsync(), await NodeAsync(), await NodeAsync()];
        for (int round = 0; round < 8; round++)
        {
            string key = "race" + round;
            Assert.True(await nodes[0].ReplaceAsync(key, null, "begin", Soon, default));
            bool[] won = await Task.WhenAll(
                Enumerable.Range(0, 12).Select(i => Task.Run(() => nodes[i % 3].ReplaceAsync(key, "begin", "by " + i, Soon, default))));
            Assert.Single(won, true);
        }
    }

    [Fact]
    public async Task Awkward_names_and_values_come_back()
    {
        ISecondFactorStore store = await NodeAsync();
        foreach (string text in (string[])["", " ", "ü\u0000x", "a:b{c}", "😀", "'; DROP TABLE second_factors; --",
            new string('x', 20_000)])
        {
            Assert.True(await store.ReplaceAsync("k" + text, null, text, Soon, default));
            Assert.Equal(text, await store.ReadAsync("k" + text, default));
        }
    }

    [Fact]
    public async Task A_bucket_has_so_many_tickets_in_any_hour()
    {
        ISecondFactorStore one = await NodeAsync(), two = await NodeAsync();
        TimeSpan hour = TimeSpan.FromHours(1);
        Assert.True(await one.TakeAsync("u", "t1", 3, hour, default));
        Time.Advance(TimeSpan.FromMinutes(30));
        Assert.True(await two.TakeAsync("u", "t2", 3, hour, default));
        Assert.True(await one.TakeAsync("u", "t3", 3, hour, default));
        Assert.False(await two.TakeAsync("u", "t4", 3, hour, default));
        Assert.True(await two.TakeAsync("another", "t4", 3, hour, default));
        Time.Advance(TimeSpan.FromMinutes(30.1));
        Assert.True(await two.TakeAsync("u", "t5", 3, hour, default));
        Assert.False(await one.TakeAsync("u", "t6", 3, hour, default));
        await one.GiveBackAsync("u", "t5", default);
        Assert.True(await two.TakeAsync("u", "t7", 3, hour, default));
        Assert.False(await one.TakeAsync("u", "t8", 3, hour, default));
    }

    [Fact]
    public async Task Simultaneous_takers_get_no_more()
    {
        ISecondFactorStore[] nodes = [await NodeAsync(), await NodeAsync(), await NodeAsync()];
        bool[] taken = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(
                i => Task.Run(() => nodes[i % 3].TakeAsync("many", "t" + i, 20, TimeSpan.FromHours(1), default))));
        Assert.Equal(20, taken.Count(got => got));
    }
}

using Gateway.Store;

namespace Gateway.Tests.Store;

/// <summary>What every <see cref="IVersionedStore"/> promises; runs against each of them.</summary>
public abstract class VersionedStoreContract
{
    private protected static readonly Keyspace Factors = Keyspace.SecondFactors, Keys = Keyspace.ManagementKeys;

    private protected ManualTime Time { get; } = new(DateTimeOffset.UtcNow);

    /// <summary>Another node's view of one and the same store.</summary>
    private protected abstract ValueTask<IVersionedStore> NodeAsync();

    private protected static async Task SetAsync(IVersionedStore store, string key, string? value, Keyspace? space = null)
    {
        VersionedValue present = await store.ReadAsync(space ?? Factors, key, default);
        Assert.True(await store.ReplaceAsync(space ?? Factors, key, present, value, default));
    }

    [Fact]
    public async Task What_is_set_is_read_on_every_node_and_versions_grow()
    {
        IVersionedStore one = await NodeAsync(), two = await NodeAsync();
        Assert.Equal(VersionedValue.None, await one.ReadAsync(Factors, "a", default));
        await SetAsync(one, "a", "1");
        VersionedValue first = await two.ReadAsync(Factors, "a", default);
        Assert.Equal("1", first.Value);
        await SetAsync(two, "a", "2");
        VersionedValue second = await one.ReadAsync(Factors, "a", default);
        Assert.Equal("2", second.Value);
        await SetAsync(one, "a", null);
        VersionedValue removed = await two.ReadAsync(Factors, "a", default);
        Assert.Null(removed.Value);
        await SetAsync(two, "a", "3");
        VersionedValue again = await one.ReadAsync(Factors, "a", default);
        Assert.Equal("3", again.Value);
        Assert.True(0 < first.Version && first.Version < second.Version && second.Version < removed.Version
            && removed.Version < again.Version);
    }

    [Fact]
    public async Task Another_version_changes_nothing()
    {
        IVersionedStore store = await NodeAsync();
        await SetAsync(store, "b", "1");
        VersionedValue stale = await store.ReadAsync(Factors, "b", default);
        await SetAsync(store, "b", "2");
        Assert.False(await store.ReplaceAsync(Factors, "b", stale, "3", default));
        Assert.False(await store.ReplaceAsync(Factors, "b", stale, null, default));
        Assert.False(await store.ReplaceAsync(Factors, "b", VersionedValue.None, "3", default));
        Assert.True(await store.ReplaceAsync(Factors, "never", VersionedValue.None, null, default));
        Assert.Equal("2", (await store.ReadAsync(Factors, "b", default)).Value);
    }

    [Fact]
    public async Task A_key_that_is_removed_for_good_stays_so()
    {
        IVersionedStore one = await NodeAsync(), two = await NodeAsync();
        await SetAsync(one, "ops", "hash", Keys);
        await SetAsync(two, "ops", null, Keys);
        VersionedValue removed = await one.ReadAsync(Keys, "ops", default);
        Assert.True(removed is { Version: > 0, Value: null });
        Assert.False(await one.ReplaceAsync(Keys, "ops", removed, "hash", default));
        Assert.False(await one.ReplaceAsync(Keys, "ops", VersionedValue.None, "hash", default));
        Assert.Empty(await two.ListAsync(Keys, "", default));
    }

    [Fact]
    public async Task Of_many_at_once_one_wins()
    {
        IVersionedStore[] nodes = [await NodeAsync(), await NodeAsync(), await NodeAsync()];
        for (int round = 0; round < 8; round++)
        {
            string key = "race" + round;
            VersionedValue present = await nodes[0].ReadAsync(Factors, key, default);
            bool[] won = await Task.WhenAll(Enumerable.Range(0, 12)
                .Select(i => Task.Run(() => nodes[i % 3].ReplaceAsync(Factors, key, present, "by " + i, default))));
            Assert.Single(won, true);
        }
    }

    [Fact]
    public async Task A_list_has_what_stands_there_on_whichever_node()
    {
        IVersionedStore one = await NodeAsync(), two = await NodeAsync();
        foreach (string key in (string[])["p:c", "p:a", "p:b*?[x]\\%_", "q:d", "p:gone"]) await SetAsync(one, key, "of " + key);
        await SetAsync(one, "p:gone", null);
        await SetAsync(one, "p:other space", "1", Keys);
        foreach (IVersionedStore node in (IVersionedStore[])[one, two])
        {
            KeyValuePair<string, string>[] listed = [new("p:a", "of p:a"), new("p:b*?[x]\\%_", "of p:b*?[x]\\%_"), new("p:c", "of p:c")];
            Assert.Equal(listed, await node.ListAsync(Factors, "p:", default));
            Assert.Equal(["p:other space"], (await node.ListAsync(Keys, "", default)).Select(entry => entry.Key));
            Assert.Empty(await node.ListAsync(Factors, "P:", default));
        }
    }

    [Fact]
    public async Task Awkward_names_and_values_come_back()
    {
        IVersionedStore one = await NodeAsync(), two = await NodeAsync();
        string[] texts = ["", " ", "12 34", "ü\u0000x", "a:b{c}", "😀", "'; DROP TABLE versioned; --", new string('x', 20_000)];
        foreach (string text in texts)
        {
            await SetAsync(one, "k" + text, text);
            Assert.Equal(text, (await two.ReadAsync(Factors, "k" + text, default)).Value);
            Assert.Contains(KeyValuePair.Create("k" + text, text), await two.ListAsync(Factors, "k" + text, default));
        }
    }
}

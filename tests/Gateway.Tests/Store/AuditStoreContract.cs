using Gateway.Store;

namespace Gateway.Tests.Store;

/// <summary>What every <see cref="IAuditStore"/> promises; runs against each of them.</summary>
public abstract class AuditStoreContract
{
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeMilliseconds(1_800_000_000_123);

    /// <summary>Another node's view of one and the same store, which begins empty.</summary>
    private protected abstract ValueTask<IAuditStore> NodeAsync();

    private static AuditEntry Entry(string actor) => new() { At = At, Actor = actor, Action = "revoke" };

    [Fact]
    public async Task What_nodes_record_is_one_list_newest_first_in_pages()
    {
        IAuditStore one = await NodeAsync(), two = await NodeAsync();
        Assert.Empty(await one.ListAsync(null, 10, default));
        await one.AddAsync([Entry("a"), Entry("b")], default);
        await two.AddAsync([Entry("c")], default);

        IReadOnlyList<AuditEntry> all = await one.ListAsync(null, 10, default);
        Assert.Equal(["c", "b", "a"], all.Select(entry => entry.Actor));
        Assert.Equal(all.Skip(1).Take(1), await two.ListAsync(all[0].Sequence, 1, default));
        Assert.Empty(await two.ListAsync(all[2].Sequence, 5, default));
        Assert.Empty(await two.ListAsync(1, 5, default));
    }

    [Fact]
    public async Task An_entry_comes_back_as_it_went_in()
    {
        IAuditStore store = await NodeAsync();
        AuditEntry whole = new()
        {
            At = At, Actor = "key ops", Action = "two-factor enroll", Target = "session main/é\u0000🦊 a", Outcome = "refused",
            Address = "::1", Trace = "0af7651916cd43dd", Detail = new string('x', 2048),
        };
        await store.AddAsync([whole, Entry("anonymous")], default);
        Assert.Equal([Entry("anonymous"), whole],
            (await store.ListAsync(null, 10, default)).Select(entry => entry with { Sequence = 0, Hash = null }));
    }

    [Fact]
    public async Task All_nodes_write_one_chain_in_which_a_change_shows()
    {
        IAuditStore[] nodes = [await NodeAsync(), await NodeAsync()];
        await Task.WhenAll(Enumerable.Range(0, 20)
            .Select(i => Task.Run(() => nodes[i % 2].AddAsync([Entry($"{i}"), Entry("") with { Target = "", Detail = "x" }], default))));
        AuditEntry[] all = [.. (await nodes[0].ListAsync(null, 1000, default)).Reverse()];
        Assert.Null(Proof(all).Broken);
        Assert.Equal((1, 40, 0), (all[0].Sequence, Proof(all).Entries, Proof(all).Unchained));
        foreach (int at in (int[])[0, 7, 39])
        {
            AuditEntry[] changed = [.. all];
            changed[at] = changed[at] with { Outcome = "refused" };
            Assert.NotNull(Proof(changed).Broken);
        }
        Assert.NotNull(Proof([.. all[..5], .. all[6..]]).Broken);
        Assert.NotNull(Proof([all[0], all[1], all[1], .. all[2..]]).Broken);
        // What is too old goes at the front, and the rest still hangs together.
        Assert.Null(Proof(all[10..]).Broken);
    }

    private static AuditProof Proof(IEnumerable<AuditEntry> entries)
    {
        AuditProof proof = new();
        foreach (AuditEntry entry in entries) proof.Add(entry);
        return proof;
    }

    [Fact]
    public async Task Many_at_once_each_get_a_number_of_their_own()
    {
        IAuditStore[] nodes = [await NodeAsync(), await NodeAsync(), await NodeAsync()];
        await Task.WhenAll(Enumerable.Range(0, 60)
            .Select(i => Task.Run(() => nodes[i % 3].AddAsync([Entry($"{i}"), Entry($"{i}+")], default))));
        IReadOnlyList<AuditEntry> all = await nodes[0].ListAsync(null, 1000, default);
        Assert.Equal(120, all.Select(entry => entry.Actor).Distinct().Count());
        Assert.Equal(all.Select(entry => entry.Sequence).Distinct().OrderDescending(), all.Select(entry => entry.Sequence));
        // What was given together stays together.
        for (int i = 0; i < all.Count; i += 2) Assert.Equal(all[i].Actor, all[i + 1].Actor + "+");
    }
}

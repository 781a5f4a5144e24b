using System.Text;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.TwoFactor;
using OtpNet;

namespace Gateway.Tests.TwoFactor;

public sealed class FactorKeysTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);
    private readonly List<FactorNode> _nodes = [];

    private FactorNode Node(TwoFactorOptions? options = null)
    {
        FactorNode node = new(_folder, _time, options);
        _nodes.Add(node);
        return node;
    }

    private string Stored() =>
        string.Concat(Directory.GetFiles(_folder.Path, "gateway.db*").Where(file => !file.EndsWith(".key", StringComparison.Ordinal))
            .Select(file => Encoding.Latin1.GetString(File.ReadAllBytes(file))));

    [Fact]
    public async Task The_store_alone_gives_no_secret_away()
    {
        FactorNode node = Node();
        byte[] secret = (await node.EnrolTotpAsync(_time)).Secret;
        string stored = Stored();
        Assert.DoesNotContain(Encoding.Latin1.GetString(secret), stored);
        Assert.DoesNotContain(Base32Encoding.ToString(secret), stored);
        Assert.DoesNotContain(Convert.ToBase64String(secret), stored);
        Assert.Contains("keyFile", stored);
        Assert.DoesNotContain("masterKey", stored); // Data Protection's own keys are in the ring, and encrypted
        Assert.DoesNotContain(Base32Encoding.ToString(secret), node.Log.Text);
    }

    [Fact]
    public async Task The_key_file_is_made_for_its_owner_alone()
    {
        await Node().EnrolTotpAsync(_time);
        Assert.Equal(32, Convert.FromBase64String(File.ReadAllText(_folder["gateway.db.key"]).Trim()).Length);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["gateway.db.key"]));
    }

    [Fact]
    public async Task Nodes_that_begin_together_end_up_with_one_ring()
    {
        FactorNode[] nodes = [.. Enumerable.Range(0, 4).Select(_ => Node())];
        await Task.WhenAll(nodes.Select((node, i) =>
            Task.Run(() => node.Enrolment.SetPasswordAsync(new("main", "user" + i), "pass", default))));
        foreach (FactorNode node in nodes)
            for (int i = 0; i < nodes.Length; i++)
                Assert.NotNull((await node.Enrolment.ReadAsync(new("main", "user" + i), default)).Password);
    }

    [Fact]
    public async Task A_value_copied_to_another_user_cannot_be_read()
    {
        FactorNode node = Node();
        await node.EnrolTotpAsync(_time);
        FactorOwner mallory = new("main", "mallory");
        await CopyAsync(node, mallory);
        await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => node.CheckAsync(null, owner: mallory));
    }

    // What alice has enrolled, as it is stored, in another user's place.
    private static async Task CopyAsync(FactorNode node, FactorOwner to)
    {
        IVersionedStore store = node.Get<IVersionedStore>();
        VersionedValue stored = await store.ReadAsync(Keyspace.SecondFactors, FactorNode.Alice.Key, default);
        Assert.True(await store.ReplaceAsync(Keyspace.SecondFactors, to.Key, VersionedValue.None, stored.Value, default));
    }

    [Fact]
    public async Task Without_its_key_file_a_factor_is_unreadable_and_never_absent()
    {
        await Node().EnrolTotpAsync(_time);
        File.Delete(_folder["gateway.db.key"]);
        FactorNode later = Node();
        await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => later.CheckAsync(null));
        Assert.True(later.Log.Contains("TwoFactor:KeyFile"));

        // What the log says helps: remove and enrol again.
        Assert.True(await later.Enrolment.RemoveAsync(FactorNode.Alice, null, default));
        Assert.Equal(FactorVerdict.Passed, await later.VerdictAsync(null));
        await later.EnrolTotpAsync(_time);
        Assert.Equal(FactorVerdict.Required, await later.VerdictAsync(null));
    }

    [Fact]
    public async Task One_that_cannot_be_read_does_not_hide_the_others()
    {
        FactorNode node = Node();
        await node.EnrolTotpAsync(_time);
        FactorOwner mallory = new("main", "mallory");
        await CopyAsync(node, mallory);
        await node.Enrolment.SetPasswordAsync(new("main", "zoe"), "pass", default);
        IReadOnlyList<(FactorOwner Owner, Factors? Factors)> users = await node.Enrolment.ListAsync("main", default);
        Assert.Equal([FactorNode.Alice, mallory, new("main", "zoe")], users.Select(user => user.Owner));
        Assert.Equal([false, true, false], users.Select(user => user.Factors is null));
        UserMethods unreadable = UserMethods.Of(mallory.User, users[1].Factors);
        Assert.True(unreadable is { Methods: [], Unreadable: true });
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not base64")]
    [InlineData("c2hvcnQ=")]
    public async Task A_named_key_file_must_be_there_and_be_right(string? content)
    {
        if (content is not null) _folder.Write("shared.key", content);
        FactorNode node = Node(new TwoFactorOptions { KeyFile = "shared.key" });
        await Assert.ThrowsAnyAsync<StoreUnavailableException>(() => node.Enrolment.SetPasswordAsync(FactorNode.Alice, "pass", default));
        Assert.Equal(content is not null, File.Exists(_folder["shared.key"]));
    }

    public void Dispose()
    {
        foreach (FactorNode node in _nodes) node.Dispose();
        _folder.Dispose();
    }
}

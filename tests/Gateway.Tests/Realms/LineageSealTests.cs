using Gateway.Realms;

namespace Gateway.Tests.Realms;

public sealed class LineageSealTests
{
    private readonly LineageSeal _seal = new(new OneKey(), TimeProvider.System);

    [Fact]
    public async Task A_seal_is_of_one_cookie_of_one_realm_and_cannot_be_made_of_another()
    {
        await _seal.ReadyAsync(default);
        string root = LineageSeal.RootOf("first"), seal = _seal.Write("main", root, "second");
        Assert.Equal(root, _seal.Open("main", seal, "second"));
        Assert.Equal(root, _seal.Open("main", seal, "\"second\""));
        Assert.Null(_seal.Open("main", seal, "third"));
        Assert.Null(_seal.Open("other", seal, "second"));
        foreach (string forged in (string[])[root, root + ".", "." + seal.Split('.')[1], LineageSeal.RootOf("x") + "." + seal.Split('.')[1],
            seal + "x", seal[..^1], "", ".", new string('a', 5000)])
            Assert.Null(_seal.Open("main", forged, "second"));
        Assert.Null(_seal.Open("main", null, "second"));
    }

    [Fact]
    public async Task All_who_share_a_store_share_the_key_and_others_do_not()
    {
        OneKey shared = new();
        LineageSeal one = new(shared, TimeProvider.System), two = new(shared, TimeProvider.System);
        Assert.False(one.IsReady);
        Assert.Null(one.Open("main", "a.b", "second"));
        await Task.WhenAll(one.ReadyAsync(default), two.ReadyAsync(default), _seal.ReadyAsync(default));
        string seal = one.Write("main", "root", "cookie");
        Assert.Equal("root", two.Open("main", seal, "cookie"));
        Assert.Null(_seal.Open("main", seal, "cookie"));
    }
}

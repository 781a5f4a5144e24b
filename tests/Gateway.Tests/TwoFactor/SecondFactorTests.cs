using Gateway.Revocation;
using Gateway.TwoFactor;

namespace Gateway.Tests.TwoFactor;

public sealed class SecondFactorTests : IDisposable
{
    private static readonly TwoFactorOptions Forgetful = new() { RememberFor = TimeSpan.Zero };

    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);
    private readonly List<FactorNode> _nodes = [];

    private FactorNode Node(TwoFactorOptions? options = null)
    {
        FactorNode node = new(_folder, _time, options);
        _nodes.Add(node);
        return node;
    }

    private string Code(AuthenticatorApp app, int later = 0) => app.Code(_time.GetUtcNow(), later);

    [Fact]
    public async Task A_user_without_any_factor_passes()
    {
        Assert.Equal(FactorVerdict.Passed, await Node().VerdictAsync(null));
        Assert.Equal(FactorVerdict.Passed, await Node().VerdictAsync("000000", "password"));
    }

    [Fact]
    public async Task A_user_without_any_factor_is_refused_where_one_is_required()
    {
        FactorNode node = Node(new TwoFactorOptions { Require = true });
        FactorOutcome outcome = await node.CheckAsync(null);
        Assert.Equal(FactorVerdict.Required, outcome.Verdict);
        Assert.Empty(outcome.Available);
        Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync("anything"));
    }

    [Fact]
    public async Task Switched_off_everyone_passes()
    {
        await Node().EnrolTotpAsync(_time);
        Assert.Equal(FactorVerdict.Passed, await Node(new TwoFactorOptions { Enabled = false }).VerdictAsync(null));
    }

    [Fact]
    public async Task A_code_is_accepted_once_on_whichever_node()
    {
        FactorNode one = Node(Forgetful), two = Node(Forgetful);
        AuthenticatorApp app = await one.EnrolTotpAsync(_time);
        Assert.Equal(FactorVerdict.Invalid, await two.VerdictAsync(Code(app), "totp")); // it confirmed the enrolment
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(FactorVerdict.Passed, await one.VerdictAsync(Code(app), "totp"));
        Assert.Equal(FactorVerdict.Invalid, await one.VerdictAsync(Code(app), "totp"));
        Assert.Equal(FactorVerdict.Invalid, await two.VerdictAsync(Code(app), "totp"));
        Assert.Equal(FactorVerdict.Invalid, await two.VerdictAsync(Code(app, -1), "totp"));
        Assert.Equal(FactorVerdict.Passed, await two.VerdictAsync(Code(app, +1), "totp"));
    }

    [Fact]
    public async Task One_code_sent_to_all_nodes_at_once_opens_one_door()
    {
        FactorNode[] nodes = [Node(Forgetful), Node(Forgetful), Node(Forgetful)];
        AuthenticatorApp app = await nodes[0].EnrolTotpAsync(_time);
        _time.Advance(TimeSpan.FromMinutes(1));
        string code = Code(app);
        FactorVerdict[] verdicts = await Task.WhenAll(
            Enumerable.Range(0, 12).Select(i => Task.Run(() => nodes[i % 3].VerdictAsync(code, "totp"))));
        Assert.Single(verdicts, FactorVerdict.Passed);
    }

    [Fact]
    public async Task After_twenty_wrong_codes_the_right_one_is_wrong_too()
    {
        FactorNode one = Node(Forgetful), two = Node(Forgetful);
        AuthenticatorApp app = await one.EnrolTotpAsync(_time);
        _time.Advance(TimeSpan.FromMinutes(1));
        for (int i = 0; i < 20; i++) Assert.Equal(FactorVerdict.Invalid, await (i % 2 == 0 ? one : two).VerdictAsync("abcdef", "totp"));
        Assert.Equal(FactorVerdict.Invalid, await one.VerdictAsync(Code(app), "totp"));
        Assert.Equal(FactorVerdict.Invalid, await two.VerdictAsync(Code(app), "totp", address: "192.0.2.99"));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(FactorVerdict.Passed, await two.VerdictAsync(Code(app), "totp"));
    }

    [Fact]
    public async Task Nineteen_wrong_codes_lock_nobody_out_and_right_ones_are_not_counted()
    {
        FactorNode node = Node(Forgetful);
        AuthenticatorApp app = await node.EnrolTotpAsync(_time);
        for (int i = 0; i < 19; i++) await node.VerdictAsync("abcdef", "totp");
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(30));
            Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(Code(app), "totp"));
        }
    }

    [Fact]
    public async Task One_address_cannot_guess_at_everybody()
    {
        FactorNode node = Node(Forgetful with { Guesses = new GuessOptions { PerUser = 20, PerAddress = 30 } });
        FactorOwner bob = new("main", "bob");
        AuthenticatorApp app = await node.EnrolTotpAsync(_time, bob);
        _time.Advance(TimeSpan.FromMinutes(1));
        for (int i = 0; i < 30; i++) await node.CheckAsync("abcdef", "totp", owner: new("main", "user" + i % 5));
        Assert.Equal(FactorVerdict.Invalid, (await node.CheckAsync(Code(app), "totp", owner: bob)).Verdict);
        Assert.Equal(FactorVerdict.Passed, (await node.CheckAsync(Code(app), "totp", address: "192.0.2.2", owner: bob)).Verdict);
    }

    [Fact]
    public async Task A_password_is_the_fallback_and_never_a_way_round()
    {
        FactorNode node = Node(Forgetful);
        await node.Enrolment.SetPasswordAsync(FactorNode.Alice, "correct horse", default);
        string digest = Codes.PasswordDigest("correct horse");
        FactorOutcome asked = await node.CheckAsync(null, "password");
        Assert.Equal((FactorVerdict.Required, "password"), (asked.Verdict, asked.Method));
        Assert.Empty(asked.Available);
        Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync(Codes.PasswordDigest("wrong horse")));
        Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync("correct horse"));
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(digest));
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(digest.ToUpperInvariant(), "sms"));

        await node.EnrolTotpAsync(_time);
        asked = await node.CheckAsync(digest, "password");
        Assert.Equal((FactorVerdict.Invalid, "totp"), (asked.Verdict, asked.Method));
        Assert.Equal(["totp"], asked.Available);
    }

    [Fact]
    public async Task A_method_named_but_not_enrolled_is_taken_at_its_word()
    {
        FactorNode node = Node();
        Assert.Equal((FactorVerdict.Required, "totp"), (await node.CheckAsync(null, "totp")) is var a ? (a.Verdict, a.Method) : default);
        Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync("123456", "totp"));
        FactorOutcome email = await node.CheckAsync("123456", "email");
        Assert.Equal((FactorVerdict.Invalid, false, "alice"), (email.Verdict, email.CodeSent, email.Address));
    }

    [Fact]
    public async Task A_backup_code_counts_once()
    {
        FactorNode one = Node(Forgetful), two = Node(Forgetful);
        AuthenticatorApp app = AuthenticatorApp.Scan(await one.Enrolment.BeginTotpAsync(FactorNode.Alice, default));
        IReadOnlyList<string> backup = (await one.Enrolment.ConfirmTotpAsync(FactorNode.Alice, Code(app), default))!;
        Assert.Equal(FactorVerdict.Invalid, await one.VerdictAsync("aaaaaaaa"));
        Assert.Equal(FactorVerdict.Passed, await one.VerdictAsync(backup[3]));
        Assert.Equal(FactorVerdict.Invalid, await two.VerdictAsync(backup[3]));
        Assert.Equal(FactorVerdict.Passed, await two.VerdictAsync(backup[4], "totp"));
        Assert.Equal(10, (await one.Enrolment.ReadAsync(FactorNode.Alice, default)).Totp!.BackupCodes.Count);
    }

    [Fact]
    public async Task What_was_shown_is_remembered_for_the_same_token_agent_and_address()
    {
        FactorNode one = Node(), two = Node();
        AuthenticatorApp app = await one.EnrolTotpAsync(_time);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(FactorVerdict.Passed, await one.VerdictAsync(Code(app)));
        Assert.Equal(FactorVerdict.Passed, await two.VerdictAsync(null));
        Assert.Equal(FactorVerdict.Passed, await two.VerdictAsync("wrong", "totp")); // not looked at
        Assert.Equal(FactorVerdict.Required, await two.VerdictAsync(null, token: "another"));
        Assert.Equal(FactorVerdict.Required, await two.VerdictAsync(null, agent: "another"));
        Assert.Equal(FactorVerdict.Required, await two.VerdictAsync(null, address: "192.0.2.2"));
        _time.Advance(TimeSpan.FromMinutes(30) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(FactorVerdict.Passed, await one.VerdictAsync(null));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(FactorVerdict.Required, await one.VerdictAsync(null));
    }

    [Fact]
    public async Task A_new_enrolment_forgets_what_was_remembered()
    {
        FactorNode node = Node();
        await node.Enrolment.SetPasswordAsync(FactorNode.Alice, "one", default);
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(Codes.PasswordDigest("one")));
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(null));
        await node.Enrolment.SetPasswordAsync(FactorNode.Alice, "two", default);
        Assert.Equal(FactorVerdict.Required, await node.VerdictAsync(null));
    }

    [Fact]
    public async Task Nothing_is_remembered_when_the_window_is_zero()
    {
        FactorNode node = Node(Forgetful);
        await node.Enrolment.SetPasswordAsync(FactorNode.Alice, "one", default);
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(Codes.PasswordDigest("one")));
        Assert.Equal(FactorVerdict.Required, await node.VerdictAsync(null));
    }

    [Fact]
    public async Task An_authenticator_counts_only_once_it_has_shown_a_code()
    {
        FactorNode node = Node();
        AuthenticatorApp app = AuthenticatorApp.Scan(await node.Enrolment.BeginTotpAsync(FactorNode.Alice, default));
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(null));
        Assert.Null(await node.Enrolment.ConfirmTotpAsync(FactorNode.Alice, "000000", default));
        Assert.NotNull(await node.Enrolment.ConfirmTotpAsync(FactorNode.Alice, Code(app), default));
        Assert.Null(await node.Enrolment.ConfirmTotpAsync(FactorNode.Alice, Code(app), default));
        Assert.Equal(FactorVerdict.Required, await node.VerdictAsync(null));

        // A second one replaces the first when it is confirmed, and not before.
        AuthenticatorApp next = AuthenticatorApp.Scan(await node.Enrolment.BeginTotpAsync(FactorNode.Alice, default));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(Code(app)));
        Assert.NotNull(await node.Enrolment.ConfirmTotpAsync(FactorNode.Alice, Code(next), default));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync(Code(app)));
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(Code(next)));
    }

    [Fact]
    public async Task Removal_takes_effect_at_once_on_every_node()
    {
        FactorNode one = Node(), two = Node();
        await one.EnrolTotpAsync(_time);
        Assert.Equal(FactorVerdict.Required, await two.VerdictAsync(null));
        Assert.Equal([FactorNode.Alice], (await two.Enrolment.ListAsync("main", default)).Select(user => user.Owner));
        Assert.True(await two.Enrolment.RemoveAsync(FactorNode.Alice, "totp", default));
        Assert.False(await two.Enrolment.RemoveAsync(FactorNode.Alice, "totp", default));
        Assert.Equal(FactorVerdict.Passed, await one.VerdictAsync(null));
        Assert.Empty(await one.Enrolment.ListAsync(null, default));
    }

    [Fact]
    public async Task Realms_do_not_mix()
    {
        FactorNode node = Node();
        await node.EnrolTotpAsync(_time);
        Assert.Equal(FactorVerdict.Passed, (await node.CheckAsync(null, owner: new("other", "alice"))).Verdict);
        Assert.Equal(FactorVerdict.Passed, (await node.CheckAsync(null, owner: new("main", "Alice"))).Verdict);
    }

    [Fact]
    public async Task A_store_that_is_away_lets_nobody_pass()
    {
        FactorNode node = Node();
        await node.EnrolTotpAsync(_time);
        node.Get<Gateway.Store.Sqlite.SqliteDatabase>().Dispose();
        foreach (string file in Directory.GetFiles(_folder.Path)) File.WriteAllText(file, "no longer a store");
        await Assert.ThrowsAsync<StoreUnavailableException>(() => node.CheckAsync(null));
    }

    public void Dispose()
    {
        foreach (FactorNode node in _nodes) node.Dispose();
        _folder.Dispose();
    }
}

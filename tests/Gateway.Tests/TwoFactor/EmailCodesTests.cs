using Gateway.TwoFactor;

namespace Gateway.Tests.TwoFactor;

public sealed class EmailCodesTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly ManualTime _time = new(DateTimeOffset.UtcNow);
    private readonly TestMailServer _mail = new();
    private readonly List<FactorNode> _nodes = [];

    private FactorNode Node()
    {
        FactorNode node = new(_folder, _time, new TwoFactorOptions
        {
            RememberFor = TimeSpan.Zero,
            Smtp = new SmtpOptions { Host = "127.0.0.1", Port = _mail.Port, From = "gateway@example.org" },
        });
        _nodes.Add(node);
        return node;
    }

    public Task InitializeAsync() => Node().Enrolment.SetEmailAsync(FactorNode.Alice, "alice@example.org", default);

    private static string Wrong(string code) => code == "111111" ? "222222" : "111111";

    [Fact]
    public async Task A_code_is_mailed_once_and_opens_once()
    {
        FactorNode one = Node(), two = Node();
        FactorOutcome asked = await one.CheckAsync(null);
        Assert.Equal((FactorVerdict.Required, "email", true, "alice@example.org"),
            (asked.Verdict, asked.Method, asked.CodeSent, asked.Address));
        Assert.Null(asked.CodeExpires);
        Assert.Equal(["email"], asked.Available);
        Mail mail = Assert.Single(_mail.Mails);
        Assert.Equal("MAIL FROM:<gateway@example.org>", mail.From);
        Assert.Equal("RCPT TO:<alice@example.org>", mail.To);
        Assert.Contains("\r\nSubject: Authentication code\r\n", mail.Text);
        Assert.Matches("\r\n\r\n[0-9]{3}-[0-9]{3}\r\n\r\n", mail.Text);

        asked = await two.CheckAsync(null);
        Assert.False(asked.CodeSent);
        Assert.Equal(_time.GetUtcNow().AddSeconds(3600), asked.CodeExpires);
        Assert.Single(_mail.Mails);

        string code = _mail.LastCode();
        Assert.Equal(FactorVerdict.Passed, await two.VerdictAsync(Codes.Grouped(code), "email"));
        FactorOutcome again = await one.CheckAsync(code, "email");
        Assert.Equal((FactorVerdict.Invalid, true), (again.Verdict, again.CodeSent)); // a new one went out
        Assert.Equal(2, _mail.Mails.Count);
    }

    [Fact]
    public async Task Five_wrong_ones_are_invalid_and_the_sixth_is_one_too_many()
    {
        FactorNode node = Node();
        await node.CheckAsync(null);
        string code = _mail.LastCode();
        for (int i = 0; i < 5; i++) Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync(Wrong(code)));
        FactorOutcome sixth = await node.CheckAsync(code);
        Assert.Equal((FactorVerdict.TooManyAttempts, false), (sixth.Verdict, sixth.CodeSent));
        Assert.Equal(FactorVerdict.TooManyAttempts, await node.VerdictAsync(code));
        Assert.Single(_mail.Mails);

        Assert.True((await node.CheckAsync(null)).CodeSent);
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(_mail.LastCode()));
    }

    [Fact]
    public async Task The_fifth_attempt_may_be_right()
    {
        FactorNode node = Node();
        await node.CheckAsync(null);
        for (int i = 0; i < 4; i++) Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync(Wrong(_mail.LastCode())));
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(_mail.LastCode()));
    }

    [Fact]
    public async Task An_hour_later_it_is_over()
    {
        FactorNode node = Node();
        await node.CheckAsync(null);
        string code = _mail.LastCode();
        _time.Advance(TimeSpan.FromSeconds(3600));
        FactorOutcome late = await node.CheckAsync(code);
        Assert.Equal((FactorVerdict.Invalid, true), (late.Verdict, late.CodeSent));
        Assert.Equal(2, _mail.Mails.Count);
    }

    [Fact]
    public async Task All_at_once_send_one_mail_and_get_five_tries()
    {
        FactorNode[] nodes = [Node(), Node()];
        FactorOutcome[] asked = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => nodes[i % 2].CheckAsync(null))));
        Assert.Single(asked, outcome => outcome.CodeSent);
        Assert.Single(_mail.Mails);
        string wrong = Wrong(_mail.LastCode());
        FactorVerdict[] tries = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(() => nodes[i % 2].VerdictAsync(wrong))));
        Assert.Equal(5, tries.Count(verdict => verdict == FactorVerdict.Invalid));
        Assert.Equal(5, tries.Count(verdict => verdict == FactorVerdict.TooManyAttempts));
    }

    [Fact]
    public async Task A_code_sent_to_the_old_address_is_worth_nothing()
    {
        FactorNode node = Node();
        await node.CheckAsync(null);
        string code = _mail.LastCode();
        await node.Enrolment.SetEmailAsync(FactorNode.Alice, "new@example.org", default);
        Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync(code));
        Assert.Equal("RCPT TO:<new@example.org>", _mail.Mails.Last().To);
    }

    [Fact]
    public async Task A_mail_that_cannot_be_sent_fails_and_the_next_call_tries_again()
    {
        FactorNode node = Node();
        _mail.Answer = word => word == "RCPT" ? "451 try later\r\n" : null;
        await Assert.ThrowsAsync<MailNotSentException>(() => node.CheckAsync(null));
        Assert.True(node.Log.Contains("the server answered 451 to the recipient"));
        _mail.Answer = _ => null;
        Assert.True((await node.CheckAsync(null)).CodeSent);
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(_mail.LastCode()));
    }

    [Theory]
    [InlineData("")] // it hangs up
    [InlineData("421 too busy for that\r\n")]
    [InlineData("nonsense\r\n")]
    public async Task A_mail_that_was_taken_counts_as_sent_whatever_happens_at_the_farewell(string farewell)
    {
        FactorNode node = Node();
        _mail.Answer = word => word == "QUIT" ? farewell : null;
        Assert.True((await node.CheckAsync(null)).CodeSent);
        Assert.False((await node.CheckAsync(null)).CodeSent);
        Assert.Equal(FactorVerdict.Passed,
            await node.VerdictAsync(Assert.Single(_mail.Mails) is var mail ? TestMailServer.CodeOf(mail) : ""));
    }

    [Fact]
    public async Task A_server_that_never_answers_the_farewell_is_left()
    {
        FactorNode node = Node();
        TaskCompletionSource quit = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _mail.Before = word => word == "QUIT" && quit.TrySetResult() ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;
        Task<FactorOutcome> asking = node.CheckAsync(null);
        await quit.Task;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True((await asking).CodeSent);
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(_mail.LastCode()));
    }

    [Fact]
    public async Task A_second_mail_leaves_the_first_ones_code_good()
    {
        FactorNode one = Node(), two = Node();
        _mail.Answer = word => word == "." ? "" : null; // it takes the mail, and nobody hears of it
        await Assert.ThrowsAsync<MailNotSentException>(() => one.CheckAsync(null));
        Assert.True(one.Log.Contains("the server hung up"));
        _mail.Answer = _ => null;
        Assert.True((await two.CheckAsync(null)).CodeSent);
        Assert.Equal(2, _mail.Mails.Count);
        Assert.False((await one.CheckAsync(null)).CodeSent);
        Assert.Equal(FactorVerdict.Passed, await two.VerdictAsync(TestMailServer.CodeOf(_mail.Mails.First())));
        Assert.Equal(FactorVerdict.Invalid, await two.VerdictAsync(TestMailServer.CodeOf(_mail.Mails.ElementAt(1)))); // one opens once
    }

    [Fact]
    public async Task A_code_that_is_typed_sends_no_second_mail()
    {
        FactorNode node = Node();
        _mail.Answer = word => word == "." ? "" : null;
        await Assert.ThrowsAsync<MailNotSentException>(() => node.CheckAsync(null));
        _mail.Answer = _ => null;
        FactorOutcome outcome = await node.CheckAsync(_mail.LastCode());
        Assert.Equal((FactorVerdict.Passed, false), (outcome.Verdict, outcome.CodeSent));
        Assert.Single(_mail.Mails);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_stops_no_mail()
    {
        FactorNode node = Node();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously),
            go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _mail.Before = word => word == "DATA" && asked.TrySetResult() ? go.Task : Task.CompletedTask;
        using CancellationTokenSource caller = new();
        Task<FactorOutcome> asking = node.Factor.CheckAsync(new(FactorNode.Alice, null, null, "token", "agent", "192.0.2.1"), caller.Token);
        await asked.Task;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.False((await node.CheckAsync(null)).CodeSent); // it is on its way
        go.SetResult();
        await Eventually.TrueAsync(() => _mail.Mails.Count == 1);
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(_mail.LastCode()));
    }

    [Fact]
    public async Task After_a_node_has_died_over_a_mail_the_next_one_who_asks_gets_another()
    {
        FactorNode dead = Node(), node = Node();
        _mail.Before = word => word == "DATA" ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;
        _ = dead.CheckAsync(null);
        await Eventually.TrueAsync(() => _mail.Lines.Contains("DATA"));
        _mail.Before = _ => Task.CompletedTask;
        Assert.False((await node.CheckAsync(null)).CodeSent);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.True((await node.CheckAsync(null)).CodeSent);
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(_mail.LastCode()));
    }

    [Fact]
    public async Task Guesses_at_several_codes_count_together()
    {
        FactorNode node = Node();
        _mail.Answer = word => word == "." ? "" : null;
        for (int i = 0; i < 4; i++) await Assert.ThrowsAsync<MailNotSentException>(() => node.CheckAsync(null));
        string[] codes = [.. _mail.Mails.Select(TestMailServer.CodeOf)];
        string wrong = Enumerable.Range(0, 9).Select(digit => new string((char)('0' + digit), 6)).First(code => !codes.Contains(code));
        for (int i = 0; i < 4; i++) Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync(wrong));
        Assert.Equal(FactorVerdict.Invalid, await node.VerdictAsync(codes[0])); // only the last three stand
        Assert.Equal(FactorVerdict.TooManyAttempts, await node.VerdictAsync(codes[3]));
        _mail.Answer = _ => null;
        Assert.True((await node.CheckAsync(null)).CodeSent);
        Assert.Equal(FactorVerdict.Passed, await node.VerdictAsync(_mail.LastCode()));
    }

    [Fact]
    public async Task After_too_many_guesses_no_more_mail_goes_out()
    {
        FactorNode node = Node();
        for (int i = 0; i < 20; i++) await node.CheckAsync("12", "totp");
        FactorOutcome outcome = await node.CheckAsync("123456", "email");
        Assert.Equal((FactorVerdict.Invalid, false), (outcome.Verdict, outcome.CodeSent));
        Assert.Empty(_mail.Mails);
    }

    [Fact]
    public async Task No_code_and_no_address_is_in_the_log_or_readable_in_the_store()
    {
        FactorNode node = Node();
        await node.CheckAsync(null);
        string code = _mail.LastCode();
        await node.CheckAsync(Wrong(code));
        Assert.DoesNotContain(code, node.Log.Text);
        Assert.DoesNotContain(Codes.Grouped(code), node.Log.Text);
        string stored = string.Concat(Directory.GetFiles(_folder.Path)
            .Select(file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file))));
        Assert.DoesNotContain("alice@example.org", stored);
        Assert.DoesNotContain("pbkdf2", stored);
        await node.CheckAsync(code);
    }

    public async Task DisposeAsync()
    {
        foreach (FactorNode node in _nodes) node.Dispose();
        await _mail.DisposeAsync();
        _folder.Dispose();
    }
}

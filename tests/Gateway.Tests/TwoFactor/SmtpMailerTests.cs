using Gateway.Configuration;
using Gateway.Realms;
using Gateway.TwoFactor;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.TwoFactor;

public sealed class SmtpMailerTests : IAsyncLifetime
{
    private readonly TestMailServer _server = new();
    private readonly LogCapture _log = new();
    private readonly ManualTime _time = new();

    private SmtpOptions Options => new() { Host = "127.0.0.1", Port = _server.Port, From = "gateway@example.org" };

    private async Task SendAsync(SmtpOptions? options, string to = "user@example.org", CancellationToken cancellation = default)
    {
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder.AddProvider(_log).SetMinimumLevel(LogLevel.Trace));
        using ProviderClient provider = new();
        SmtpSignIn signIn = new(new SmtpTokens(provider, _time));
        ConfigurationFolder folder = new(Path.GetTempPath());
        await new SmtpMailer(new TwoFactorOptions { Smtp = options }, folder, signIn, _time, logging.CreateLogger<SmtpMailer>())
            .SendAsync(to, "A subject", "One line\n\n.and another\n", cancellation);
    }

    private async Task RefusedAsync(SmtpOptions? options, string says, string to = "user@example.org")
    {
        await Assert.ThrowsAsync<MailNotSentException>(() => SendAsync(options, to));
        Assert.True(_log.Contains(says), _log.Text);
        Assert.Empty(_server.Mails);
    }

    [Fact]
    public async Task A_mail_is_plain_text_with_what_others_need_to_judge_it()
    {
        await SendAsync(Options with { From = "Example Chat <gateway@example.org>" });
        Mail mail = Assert.Single(_server.Mails);
        Assert.Equal(("MAIL FROM:<gateway@example.org>", "RCPT TO:<user@example.org>"), (mail.From, mail.To));
        string[] headers = mail.Text[..mail.Text.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
        Assert.Contains("From: Example Chat <gateway@example.org>", headers);
        Assert.Contains("To: user@example.org", headers);
        Assert.Contains("Subject: A subject", headers);
        Assert.Contains("Date: Fri, 02 Jan 2026 03:04:05 +0000", headers);
        Assert.Contains("Auto-Submitted: auto-generated", headers);
        Assert.Single(headers, header => header.StartsWith("Message-Id: <", StringComparison.OrdinalIgnoreCase)
            && header.EndsWith("@example.org>", StringComparison.Ordinal));
        Assert.EndsWith("\r\n\r\nOne line\r\n\r\n.and another\r\n", mail.Text);
    }

    [Fact]
    public async Task It_greets_with_the_address_of_its_end_or_with_its_name()
    {
        await SendAsync(Options);
        await SendAsync(Options with { LocalDomain = "gateway.example.org" });
        Assert.Equal(["EHLO [127.0.0.1]", "EHLO gateway.example.org"],
            _server.Lines.Where(line => line.StartsWith("EHLO", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_name_outside_ASCII_is_encoded()
    {
        await SendAsync(Options with { From = "Žofie <gateway@example.org>" });
        Assert.Matches(@"From: =\?utf-8\?[bq]\?[^ ]+\?= <gateway@example\.org>", Assert.Single(_server.Mails).Text);
    }

    [Fact]
    public Task Without_a_server_nothing_is_sent() => RefusedAsync(null, "TwoFactor:Smtp is not configured");

    [Theory]
    [InlineData("MAIL", "550 no\r\n", "the server answered 550 to the sender, Smtp:From")]
    [InlineData("RCPT", "550 nobody here by hunter2\r\n", "the server answered 550 to the recipient")]
    [InlineData("DATA", "554 no\r\n", "the server answered 554")]
    [InlineData("RCPT", "530 who are you\r\n", "the server wants a sign-in")]
    [InlineData("RCPT", "hello hunter2\r\n", "does not speak SMTP")]
    [InlineData("RCPT", "", "the server hung up")]
    [InlineData("CONNECT", "554 not for you\r\n", "the server answered 554")]
    public async Task What_the_server_says_is_told_by_its_code_and_not_in_its_words(string word, string answer, string says)
    {
        _server.Answer = given => given == word ? answer : null;
        await RefusedAsync(Options, says);
        Assert.DoesNotContain("hunter2", _log.Text);
    }

    [Fact]
    public async Task RequireTls_sends_nothing_where_it_is_not_offered()
        => await RefusedAsync(Options with { RequireTls = true }, "the server offers no STARTTLS, which Smtp:RequireTls demands");

    [Fact]
    public async Task What_came_before_TLS_does_not_count_after_it()
    {
        // Words put in front of the handshake (RFC 3207 section 6): were they taken for the server's, the password would follow
        // them in clear text.
        _server.Offers = "250-test\r\n250 STARTTLS\r\n";
        const string words = "250-test\r\n250 AUTH PLAIN\r\n235 right\r\n250 ok\r\n250 ok\r\n354 go on\r\n250 taken\r\n";
        _server.Answer = word => word == "STARTTLS" ? "220 go on\r\n" + words : null;
        _server.Last = "STARTTLS";
        await RefusedAsync(Options with { User = "mailer", Password = "hunter2" }, "TLS failed");
        Assert.Contains("STARTTLS", _server.Lines);
        Assert.DoesNotContain(_server.Lines,
            line => line.StartsWith("AUTH", StringComparison.Ordinal) || line.StartsWith("MAIL", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_says_nothing_is_left_in_time()
    {
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = word => word == "EHLO" && asked.TrySetResult() ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;
        Task sending = RefusedAsync(Options with { Timeout = TimeSpan.FromSeconds(3) }, "no answer in time");
        await asked.Task;
        _time.Advance(TimeSpan.FromSeconds(3));
        await sending;
    }

    [Theory]
    [InlineData("PLAIN LOGIN NTLM", "AUTH PLAIN AG1haWxlcgBodW50ZXIy")]
    [InlineData("NTLM LOGIN", "AUTH LOGIN")]
    public async Task A_password_stays_on_this_machine_in_clear_text(string offered, string line)
    {
        _server.Offers = $"250-test\r\n250 AUTH {offered}\r\n";
        _server.Answer = word => word switch
        {
            "AUTH" when line == "AUTH LOGIN" => "334 VXNlcm5hbWU6\r\n",
            "bWFpbGVy" => "334 UGFzc3dvcmQ6\r\n", // "mailer"
            "AUTH" or "aHVudGVyMg==" => "235 right\r\n",
            _ => null,
        };
        await SendAsync(Options with { User = "mailer", Password = "hunter2" });
        Assert.Contains(_server.Lines, said => said.StartsWith(line, StringComparison.Ordinal));
        Assert.Single(_server.Mails);
    }

    [Theory]
    [InlineData("", "the server offers no sign-in with a password")]
    [InlineData("250-AUTH NTLM\r\n", "the server offers no sign-in with a password")]
    [InlineData("250-AUTH XOAUTH2\r\n", "the server offers no sign-in that fits")]
    public async Task A_server_that_takes_no_password_is_told_of(string offers, string says)
    {
        _server.Offers = $"250-test\r\n{offers}250 8BITMIME\r\n";
        await RefusedAsync(Options with { User = "mailer", Password = "hunter2" }, says);
    }

    [Fact]
    public async Task A_wrong_password_is_told_by_its_code()
    {
        _server.Offers = "250-test\r\n250 AUTH PLAIN\r\n";
        _server.Answer = word => word == "AUTH" ? "535 not hunter2\r\n" : null;
        await RefusedAsync(Options with { User = "mailer", Password = "hunter2" }, "the server refuses Smtp:User (535)");
        Assert.DoesNotContain("hunter2", _log.Text);
    }

    [Theory]
    [InlineData("user@exämple.org")]
    [InlineData("user@example.org>\r\nRCPT TO:<other@example.org")]
    public Task An_address_that_could_end_a_command_is_not_written_to(string to) => RefusedAsync(Options, "no plain ASCII address", to);

    [Fact]
    public async Task A_caller_who_gives_up_is_no_failure_of_the_server()
    {
        using CancellationTokenSource caller = new();
        TaskCompletionSource asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Before = word => word == "EHLO" && asked.TrySetResult() ? Task.Delay(Timeout.Infinite) : Task.CompletedTask;
        Task sending = SendAsync(Options, cancellation: caller.Token);
        await asked.Task;
        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Empty(_log.Text);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _server.DisposeAsync();
}

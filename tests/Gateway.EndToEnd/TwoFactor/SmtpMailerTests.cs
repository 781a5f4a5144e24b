using System.Text.Json.Nodes;
using Gateway.Configuration;
using Gateway.Realms;
using Gateway.TwoFactor;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.EndToEnd.TwoFactor;

/// <summary>Mail against a real server.</summary>
public sealed class SmtpMailerTests
{
    private readonly LogCapture _log = new();

    private static SmtpOptions To(MailServerProcess server)
        => new() { Host = "127.0.0.1", Port = server.Port, From = "gateway@example.org" };

    private async Task SendAsync(SmtpOptions options)
    {
        using ILoggerFactory logging = LoggerFactory.Create(builder => builder.AddProvider(_log).SetMinimumLevel(LogLevel.Trace));
        using ProviderClient provider = new();
        SmtpSignIn signIn = new(new SmtpTokens(provider, TimeProvider.System));
        ConfigurationFolder folder = new(Path.GetTempPath());
        TwoFactorOptions twoFactor = new() { Smtp = options };
        await new SmtpMailer(twoFactor, folder, signIn, TimeProvider.System, logging.CreateLogger<SmtpMailer>())
            .SendAsync("user@example.org", "Authentication code", "Here it is:\n\n123-456\n\n.a line that begins with a dot\n", default);
    }

    private static async Task ArrivedAsync(MailServerProcess server, bool tls, bool authenticated = false)
    {
        await server.CodeAsync();
        JsonNode mail = Assert.Single(server.Mails);
        Assert.Equal(("gateway@example.org", "user@example.org"), ((string)mail["from"]!, (string)mail["to"]!.AsArray().Single()!));
        Assert.Equal((tls, authenticated), ((bool)mail["tls"]!, (bool)mail["authenticated"]!));
        string text = ((string)mail["text"]!).ReplaceLineEndings("\n");
        Assert.Contains("\n\nHere it is:\n\n123-456\n\n.a line that begins with a dot\n", text);
        Assert.Contains("\nSubject: Authentication code\n", text);
    }

    [Fact]
    public async Task Clear_text_where_nothing_else_is_offered()
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync();
        await SendAsync(To(server));
        await ArrivedAsync(server, tls: false);
    }

    [Fact]
    public async Task STARTTLS_where_it_is_offered_whatever_the_certificate()
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync(tls: true);
        await SendAsync(To(server));
        await ArrivedAsync(server, tls: true);
    }

    [Fact]
    public async Task RequireTls_sends_nothing_in_clear_text()
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync();
        await Assert.ThrowsAsync<MailNotSentException>(() => SendAsync(To(server) with { RequireTls = true }));
        Assert.Empty(server.Mails);
        Assert.True(_log.Contains("offers no STARTTLS, which Smtp:RequireTls demands"));
    }

    [Fact]
    public async Task RequireTls_wants_a_certificate_that_verifies()
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync(tls: true);
        await Assert.ThrowsAsync<MailNotSentException>(() => SendAsync(To(server) with { RequireTls = true }));
        Assert.Empty(server.Mails);
        await SendAsync(To(server) with { RequireTls = true, CaFile = server.CertificateFile });
        await ArrivedAsync(server, tls: true);
    }

    [Theory]
    [InlineData("PLAIN", true)]
    [InlineData("LOGIN", true)]
    [InlineData("LOGIN", false)]
    public async Task A_password_is_given_to_a_server_that_asks(string mechanism, bool tls)
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync(tls, "mailer", "pässword", mechanism);
        await SendAsync(To(server) with { User = "mailer", Password = "pässword" });
        await ArrivedAsync(server, tls, authenticated: true);
    }

    [Fact]
    public async Task A_wrong_password_sends_nothing_and_is_not_told()
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync(tls: true, "mailer", "right");
        await Assert.ThrowsAsync<MailNotSentException>(() => SendAsync(To(server) with { User = "mailer", Password = "wrong-secret" }));
        Assert.Empty(server.Mails);
        Assert.True(_log.Contains("the server refuses Smtp:User (535)"));
        Assert.DoesNotContain("wrong-secret", _log.Text);
    }

    [Fact]
    public async Task A_token_is_given_to_a_server_whose_certificate_verifies()
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync(tls: true, user: "chat@example.org",
            token: "fresh-token");
        await using TestBackend provider = await TestBackend.StartAsync();
        string given = "stale-token";
        provider.Answer = async context =>
        {
            await context.Response.WriteAsJsonAsync(new { access_token = given, token_type = "Bearer", expires_in = 3600 });
            return true;
        };
        SmtpOptions options = To(server) with
        {
            RequireTls = true, CaFile = server.CertificateFile, User = "chat@example.org",
            OAuth2 = new() { TokenUrl = provider.Url + "token", ClientId = "gateway", ClientSecret = "hunter2", Scope = "mail" },
        };
        await Assert.ThrowsAsync<MailNotSentException>(() => SendAsync(options));
        Assert.True(_log.Contains("the server refuses Smtp:User (535)"));
        Assert.Empty(server.Mails);
        given = "fresh-token";
        await SendAsync(options);
        await ArrivedAsync(server, tls: true, authenticated: true);
        Assert.DoesNotContain("-token", _log.Text);
        Assert.DoesNotContain("hunter2", _log.Text);
    }

    [Fact]
    public async Task A_token_is_not_given_to_one_whose_certificate_does_not()
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync(tls: true, user: "chat@example.org",
            token: "fresh-token");
        await using TestBackend provider = await TestBackend.StartAsync();
        await Assert.ThrowsAsync<MailNotSentException>(() => SendAsync(To(server) with
        {
            RequireTls = true, User = "chat@example.org",
                OAuth2 = new() { TokenUrl = provider.Url + "token", ClientId = "gateway", ClientSecret = "hunter2" },
        }));
        Assert.True(_log.Contains("TLS failed"));
        Assert.Empty(provider.Requests);
    }

    [Fact]
    public async Task It_greets_with_its_name_and_signs_with_the_senders()
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync(tls: true);
        await SendAsync(To(server) with { From = "Café Chat <gateway@example.org>", LocalDomain = "gateway.example.org" });
        await ArrivedAsync(server, tls: true);
        Assert.Equal("gateway.example.org", (string?)server.Mails[0]["greeted"]);
        Assert.Contains("From: =?utf-8?b?Q2Fmw6k=?= Chat <gateway@example.org>", (string)server.Mails[0]["text"]!);
    }

    [Fact]
    public async Task A_server_that_hangs_up_at_the_farewell_has_taken_the_mail()
    {
        await using MailServerProcess server = await MailServerProcess.StartAsync(tls: true, rude: true);
        await SendAsync(To(server));
        await ArrivedAsync(server, tls: true);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_of()
    {
        SmtpOptions nowhere = new() { Host = "127.0.0.1", Port = FreePort.Take(), From = "gateway@example.org" };
        await Assert.ThrowsAsync<MailNotSentException>(() => SendAsync(nowhere));
        Assert.True(_log.Contains("Check TwoFactor:Smtp."));
    }
}

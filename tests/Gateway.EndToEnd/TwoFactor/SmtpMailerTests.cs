using System.Text.Json.Nodes;
using Gateway.Configuration;
using Gateway.EndToEnd.Support;
using Gateway.TwoFactor;
using Microsoft.Extensions.Logging;

namespace Gateway.EndToEnd.TwoFactor;

/// <summary>The gateway's own SMTP against a real server.</summary>
public sealed class SmtpMailerTests
{
    private readonly LogCapture _log = new();

    private static SmtpOptions To(MailServerProcess server) => new() { Host = "127.0.0.1", Port = server.Port, From = "gateway@example.org" };

    private Task Send(SmtpOptions options)
    {
        ILoggerFactory logging = LoggerFactory.Create(builder => builder.AddProvider(_log).SetMinimumLevel(LogLevel.Trace));
        return new SmtpMailer(new TwoFactorOptions { Smtp = options }, new ConfigurationFolder(Path.GetTempPath()), TimeProvider.System, logging.CreateLogger<SmtpMailer>())
            .Send("user@example.org", "Authentication code", "Here it is:\n\n123-456\n\n.a line that begins with a dot\n", default);
    }

    private static async Task Arrived(MailServerProcess server, bool tls, bool authenticated = false)
    {
        await server.Code();
        JsonNode mail = Assert.Single(server.Mails);
        Assert.Equal(("gateway@example.org", "user@example.org", tls, authenticated), ((string)mail["from"]!, (string)mail["to"]!.AsArray().Single()!, (bool)mail["tls"]!, (bool)mail["authenticated"]!));
        string text = ((string)mail["text"]!).ReplaceLineEndings("\n");
        Assert.Contains("\n\nHere it is:\n\n123-456\n\n.a line that begins with a dot\n", text);
        Assert.Contains("\nSubject: Authentication code\n", text);
    }

    [Fact]
    public async Task Clear_text_where_nothing_else_is_offered()
    {
        await using MailServerProcess server = await MailServerProcess.Start();
        await Send(To(server));
        await Arrived(server, tls: false);
    }

    [Fact]
    public async Task STARTTLS_where_it_is_offered_whatever_the_certificate()
    {
        await using MailServerProcess server = await MailServerProcess.Start(tls: true);
        await Send(To(server));
        await Arrived(server, tls: true);
    }

    [Fact]
    public async Task RequireTls_sends_nothing_in_clear_text()
    {
        await using MailServerProcess server = await MailServerProcess.Start();
        await Assert.ThrowsAsync<MailNotSentException>(() => Send(To(server) with { RequireTls = true }));
        Assert.Empty(server.Mails);
        Assert.True(_log.Contains("offers no STARTTLS, which Smtp:RequireTls demands"));
    }

    [Fact]
    public async Task RequireTls_wants_a_certificate_that_verifies()
    {
        await using MailServerProcess server = await MailServerProcess.Start(tls: true);
        await Assert.ThrowsAsync<MailNotSentException>(() => Send(To(server) with { RequireTls = true }));
        Assert.Empty(server.Mails);
        await Send(To(server) with { RequireTls = true, CaFile = server.CertificateFile });
        await Arrived(server, tls: true);
    }

    [Theory]
    [InlineData("PLAIN", true)]
    [InlineData("LOGIN", true)]
    [InlineData("LOGIN", false)]
    public async Task A_password_is_given_to_a_server_that_asks(string mechanism, bool tls)
    {
        await using MailServerProcess server = await MailServerProcess.Start(tls, "mailer", "pässword", mechanism);
        await Send(To(server) with { User = "mailer", Password = "pässword" });
        await Arrived(server, tls, authenticated: true);
    }

    [Fact]
    public async Task A_wrong_password_sends_nothing_and_is_not_told()
    {
        await using MailServerProcess server = await MailServerProcess.Start(tls: true, "mailer", "right");
        await Assert.ThrowsAsync<MailNotSentException>(() => Send(To(server) with { User = "mailer", Password = "wrong-secret" }));
        Assert.Empty(server.Mails);
        Assert.True(_log.Contains("the server answered 535 instead of 235"));
        Assert.DoesNotContain("wrong-secret", _log.Text);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_of()
    {
        await Assert.ThrowsAsync<MailNotSentException>(() => Send(new SmtpOptions { Host = "127.0.0.1", Port = FreePort.Take(), From = "gateway@example.org" }));
        Assert.True(_log.Contains("Check TwoFactor:Smtp."));
    }
}

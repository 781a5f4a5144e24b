using Gateway.Commands;

namespace Gateway.Tests.Commands;

public sealed class SessionsCommandTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(_backend, _issuer));
        foreach ((string subject, string session) in ((string, string)[])[("alice", "a1"), ("alice", "a2"), ("bob", "b1")])
            await SeenAsync(subject, session);
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Sessions_are_a_table_with_what_became_of_each()
    {
        await _gateway.RevokeSessionAsync("a1");

        string[] lines = (await SessionsAsync()).Good().Output.TrimEnd().Split('\n');

        Assert.Matches("^REALM +SESSION +SUBJECT +LAST SEEN +ADDRESS +STATE$", lines[0]);
        Assert.Equal(4, lines.Length);
        Assert.Contains(lines, line => line.StartsWith("main ", StringComparison.Ordinal) && line.Contains(" a1 ")
            && line.EndsWith(" session", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" b1 ") && line.Contains(" bob ") && line.Contains(" 127.0.0.1 ")
            && line.EndsWith(" active", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Filters_and_count_are_the_apis()
    {
        Assert.Equal(3, (await SessionsAsync("--subject", "alice")).Good().Output.TrimEnd().Split('\n').Length);
        Assert.EndsWith("… and more", (await SessionsAsync("--count", "2")).Good().Output.TrimEnd());
        (await SessionsAsync("--count", "0")).Failed("answered 400: ");
        (await SessionsAsync("--count", "1001")).Failed("answered 400: ");
    }

    [Fact]
    public async Task What_a_client_chose_is_shown_and_not_obeyed()
    {
        await SeenAsync("eve\u001b[2J\u0007", "e1");
        string output = (await SessionsAsync()).Good().Output;
        Assert.Contains("eve?[2J?", output);
        Assert.DoesNotContain('\u001b', output);
    }

    private async Task SeenAsync(string subject, string session)
    {
        using HttpResponseMessage answer = await _gateway.GetAsync("/", _issuer.Token(subject, session));
        answer.EnsureSuccessStatusCode();
    }

    private Task<CommandRun> SessionsAsync(params string[] words)
        => CommandRun.OfAsync(SessionsCommand.Create(),
            [.. words, "--url", _gateway.ManagementUrl, "--key", GatewaySettings.ManagementKey]);
}

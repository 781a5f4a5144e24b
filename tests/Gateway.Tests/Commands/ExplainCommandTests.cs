using Gateway.Commands;

namespace Gateway.Tests.Commands;

public sealed class ExplainCommandTests : IAsyncLifetime
{
    private readonly TestIssuer _issuer = new();
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
        => _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(issuer: _issuer).Route(("Session", "Required")));

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_token_is_told_line_by_line_and_does_not_appear()
    {
        string token = _issuer.Token("alice", "s1", claims => claims["exp"] = 1000);
        CommandRun run = (await ExplainAsync("--token", token)).Good();

        string[] lines = run.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("invalid", lines[0]);
        Assert.StartsWith("realm main: invalid: it has expired (exp) (kid ", lines[1]);
        Assert.Contains("ok     form: a JWT of three parts", lines);
        Assert.Contains(lines, line => line.StartsWith("FAILS  exp, nbf: it has expired (exp): expired ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("stands for session s1, subject alice", StringComparison.Ordinal));
        Assert.DoesNotContain(token, run.Output);
    }

    [Fact]
    public async Task A_request_is_told_from_its_route_to_the_gate()
    {
        CommandRun refused = (await ExplainAsync("--request", "/page")).Good();
        Assert.StartsWith("refused with 401: the route wants a credential and there is none that it reads", refused.Output);
        Assert.Contains("FAILS  session gate", refused.Output);

        CommandRun good = (await ExplainAsync("--request", "https://app.example/page", "-H", "Authorization: Bearer " + _issuer.Token(),
            "-H",
            "Accept: text/html")).Good();
        Assert.StartsWith("passes", good.Output);
        Assert.Contains("header Authorization, realm main: good", good.Output);
    }

    [Fact]
    public async Task What_is_wrong_in_the_question_is_said()
    {
        (await ExplainAsync()).Failed("Name exactly one of token, request.");
        (await ExplainAsync("--request", "/x", "--header", "no header")).Failed("A header is written like");
    }

    private Task<CommandRun> ExplainAsync(params string[] words)
        => CommandRun.OfAsync(ExplainCommand.Create(), ["--url", _gateway.ManagementUrl, "--key", GatewaySettings.ManagementKey, .. words]);
}

using System.Text.Json.Nodes;
using Gateway.Commands;

namespace Gateway.Tests.Commands;

public sealed class TwoFactorCommandTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly TestIssuer _issuer = new();

    public Task InitializeAsync()
    {
        _folder.Write("gateway.json", Settings().ToJsonString());
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _issuer.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_factor_is_enrolled_listed_and_removed()
    {
        Assert.Contains("Enrolled: codes by e-mail for alice.",
            (await TwoFactorAsync("enroll", "--realm", "main", "--user", "alice", "--method", "email", "--email", "alice@example.org"))
                .Good().Output);
        Assert.Equal("main\talice\temail", (await TwoFactorAsync("list")).Good().Output.Trim());
        Assert.Equal("main\talice\temail", (await TwoFactorAsync("list", "--realm", "main")).Good().Output.Trim());
        Assert.DoesNotContain("alice@example.org", (await TwoFactorAsync("list")).Output);

        Assert.Contains("Removed: every factor of alice.",
            (await TwoFactorAsync("remove", "--realm", "main", "--user", "alice")).Good().Output);
        Assert.Empty((await TwoFactorAsync("list")).Good().Output.Trim());
        (await TwoFactorAsync("remove", "--realm", "main", "--user", "alice")).Failed("alice has no such factor.");
    }

    [Theory]
    [InlineData("enroll --realm nowhere --user alice --method email --email a@example.org",
        "There is no realm 'nowhere'. The configuration has: main.")]
    [InlineData("enroll --realm main --user alice --method email", "--email ADDRESS is missing.")]
    [InlineData("enroll --realm main --user alice --method email --email nonsense", "The address must be one plain ASCII e-mail address")]
    [InlineData("enroll --realm main --user alice --method sms", "sms")]
    [InlineData("enroll --realm main", "--user")]
    [InlineData("remove --user alice", "--realm")]
    public async Task Wrong_words_are_told_and_change_nothing(string words, string why)
    {
        (await TwoFactorAsync(words.Split(' '))).Failed(why);
        Assert.Empty((await TwoFactorAsync("list")).Good().Output.Trim());
    }

    [Fact]
    public async Task The_audit_names_the_command_line()
    {
        await TwoFactorAsync("enroll", "--realm", "main", "--user", "alice", "--method", "email", "--email", "alice@example.org");
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(
            Settings().Set("Gateway:Store:Path", _folder["gateway.db"]));
        string audit = await gateway.Management.GetStringAsync("/v1/audit");
        Assert.Contains("two-factor enroll", audit);
        Assert.Contains("user main/alice", audit);
        Assert.DoesNotContain("alice@example.org", audit);
    }

    private JsonObject Settings() => GatewaySettings.For(issuer: _issuer)
        .Set("Gateway:TwoFactor:Smtp", new JsonObject { ["Host"] = "127.0.0.1", ["Port"] = 9, ["From"] = "gateway@example.org" });

    private Task<CommandRun> TwoFactorAsync(params string[] words)
        => CommandRun.OfAsync(TwoFactorCommand.Create(), [.. words, "--config", _folder["gateway.json"]]);
}

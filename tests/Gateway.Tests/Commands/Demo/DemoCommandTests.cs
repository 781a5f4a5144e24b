using Gateway.Commands.Demo;

namespace Gateway.Tests.Commands.Demo;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task Once_walks_through_every_step_and_ends_well()
    {
        CommandRun run = (await CommandRun.OfAsync(DemoCommand.Create(), ["--once", .. Ports()])).Good();
        Assert.DoesNotContain("FAILED", run.Output);
        Assert.Matches("the same token is still refused +401 .* ok", run.Output);
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told()
    {
        await using TestBackend other = await TestBackend.StartAsync();
        string taken = $"{new Uri(other.Url).Port}";
        CommandRun run = await CommandRun.OfAsync(DemoCommand.Create(), ["--once", .. Ports()[..^1], taken]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains(taken, run.Output);
        Assert.Contains("Name another, or leave the option out and a free one is taken.", run.Output);
    }

    [Theory]
    [InlineData("--port", "0")]
    [InlineData("--port", "70000")]
    [InlineData("--application-port", "-1")]
    [InlineData("--port", "many")]
    public async Task A_number_that_is_no_port_is_told(string option, string port)
        => (await CommandRun.OfAsync(DemoCommand.Create(), "--once", option, port)).Failed(option);

    [Theory]
    [InlineData("--listen", "everywhere")]
    [InlineData("--application-port", "70000")]
    [InlineData("--issuer", "here")]
    [InlineData("--gateway", "127.0.0.1")]
    public async Task The_backend_alone_tells_what_it_cannot_use(string option, string value)
        => (await CommandRun.OfAsync(DemoCommand.Create(), "backend", option, value)).Failed(option);

    private static string[] Ports() =>
    [
        "--port", $"{FreePort.Take()}", "--http2-port", $"{FreePort.Take()}", "--management-port", $"{FreePort.Take()}", "--provider-port",
        $"{FreePort.Take()}",
        "--application-port", $"{FreePort.Take()}",
    ];
}

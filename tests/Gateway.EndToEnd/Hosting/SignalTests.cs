using System.Net;

namespace Gateway.EndToEnd.Hosting;

/// <summary>What a service manager does: SIGTERM, SIGHUP.</summary>
public sealed class SignalTests
{
    [Fact]
    public async Task SIGTERM_is_announced_before_a_port_closes_and_ends_with_0()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
            GatewaySettings.For(backend).Set("Gateway:Stopping:Announce", "00:00:06"));

        Task<int> stopped = gateway.StopAsync();

        await gateway.Process.WaitForOutputAsync("Stopping: /readyz says 503 for 6 s");
        using HttpResponseMessage ready = await gateway.Management.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.Contains("This node is about to stop.", await ready.Content.ReadAsStringAsync());
        using HttpResponseMessage served = await gateway.GetAsync("/still");
        Assert.Equal(HttpStatusCode.OK, served.StatusCode);
        Assert.Equal(0, await stopped);
        Assert.Contains("Stopping: every exchange has ended.", gateway.Output);
    }

    [Fact]
    public async Task What_does_not_end_in_the_drain_is_cut_and_counted()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(
            GatewaySettings.For(backend).Set("Gateway:Stopping:Drain", "00:00:01"));
        Task<HttpResponseMessage> held = gateway.GetAsync("/hold");
        await Eventually.TrueAsync(() => backend.Open == 1);

        Assert.Equal(0, await gateway.StopAsync());

        Assert.Contains("1 exchanges are open and have 1 s to end", gateway.Output);
        Assert.Contains("1 exchanges were cut", gateway.Output);
        // The client hears of it: an answer of the gateway's own, or the end of the connection.
        try { Assert.Equal(HttpStatusCode.ServiceUnavailable, (await held).StatusCode); }
        catch (HttpRequestException) { }
    }

    [Fact]
    public async Task What_ends_in_the_drain_is_answered()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(GatewaySettings.For(backend));
        Task<HttpResponseMessage> held = gateway.GetAsync("/hold");
        await Eventually.TrueAsync(() => backend.Open == 1);
        Task<int> stopped = gateway.StopAsync();
        await gateway.Process.WaitForOutputAsync("1 exchanges are open");

        backend.Release();

        Assert.Equal(HttpStatusCode.OK, (await held).StatusCode);
        Assert.Equal(0, await stopped);
    }

    [Fact]
    public async Task SIGHUP_reads_the_configuration_again_and_says_so()
    {
        await using TestBackend backend = await TestBackend.StartAsync();
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(GatewaySettings.For(backend));

        gateway.Process.HangUp();
        await gateway.Process.WaitForOutputAsync("SIGHUP: ");
        Assert.Contains("nothing in it has changed", gateway.Output);

        gateway.Reconfigure(settings => settings.Set("ReverseProxy:Routes:app:Match:Path", "/only/{**rest}"));
        gateway.Process.HangUp();
        await gateway.Process.WaitForOutputAsync("the new routes and clusters are in effect");
        using HttpResponseMessage answer = await gateway.GetAsync("/elsewhere");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.False(gateway.Process.HasExited);
    }
}

using System.Net;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Configuration;

public sealed class LiveReloadTests : IAsyncLifetime
{
    private TestBackend _first = null!;
    private TestBackend _second = null!;
    private InProcessGateway _gateway = null!;

    public async Task InitializeAsync()
    {
        _first = await TestBackend.StartAsync();
        _second = await TestBackend.StartAsync();
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(_first));
    }

    public async Task DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _first.DisposeAsync();
        await _second.DisposeAsync();
    }

    [Fact]
    public async Task Routes_and_clusters_change_while_it_runs()
    {
        await _gateway.GetAsync("/one");
        _gateway.Reconfigure(settings => settings.Set("ReverseProxy:Clusters:app:Destinations:one:Address", _second.Url));

        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage _ = await _gateway.GetAsync("/two");
            return _second.Requests.Any(request => request.Path == "/two");
        });
        Assert.Contains(_first.Requests, request => request.Path == "/one");
    }

    [Theory]
    [InlineData("ReverseProxy:Routes:app:Metadata:Realms", "\"nowhere\"", "no realm 'nowhere'")]
    [InlineData("ReverseProxy:Routes:app:Match:Pth", "\"/x\"", "Did you mean Path?")]
    [InlineData("ReverseProxy:Routes:app:Match:Path", "\"{**a}/b\"", "Invalid path")]
    [InlineData("Gateway:Nonsense", "1", "Gateway:Nonsense")]
    [InlineData(null, "{ broken", "not JSON")]
    public async Task A_bad_version_changes_nothing_and_is_reported(string? at, string json, string says)
    {
        _gateway.Reconfigure(settings => settings.Set("ReverseProxy:Clusters:app:Destinations:one:Address", _second.Url)
            .Set(at ?? "Gateway:x", at is null ? null : JsonNode.Parse(json)));
        if (at is null) _gateway.Folder.Write("gateway.json", json);

        await Eventually.TrueAsync(() => _gateway.Log.Contains("cannot be used"));

        Assert.True(_gateway.Log.Contains(says), _gateway.Log.Text);
        using HttpResponseMessage answer = await _gateway.GetAsync("/still");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(_first.Requests, request => request.Path == "/still");
    }

    [Fact]
    public async Task What_needs_a_restart_is_said_so()
    {
        _gateway.Reconfigure(settings => settings.Set("Gateway:Cluster:Lease", "00:00:07"));

        await Eventually.TrueAsync(() => _gateway.Log.Contains("take effect at the next start"));

        Assert.Equal(TimeSpan.FromSeconds(5), _gateway.Get<Gateway.Cluster.ClusterOptions>().Lease);
    }

    [Fact]
    public async Task A_file_that_is_gone_changes_nothing()
    {
        File.Delete(_gateway.Folder["gateway.json"]);

        await Eventually.TrueAsync(() => _gateway.Log.Contains("cannot be read any more"));

        using HttpResponseMessage answer = await _gateway.GetAsync("/still");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}

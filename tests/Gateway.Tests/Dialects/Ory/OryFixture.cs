namespace Gateway.Tests.Dialects.Ory;

/// <summary>One gateway that speaks Ory over a JWT realm, for all tests of a class.</summary>
public sealed class OryFixture : IAsyncLifetime
{
    internal DialectHost Host { get; private set; } = null!;

    public async Task InitializeAsync()
        => Host = await DialectHost.StartAsync("Ory", new() { ["PathPrefixes"] = new System.Text.Json.Nodes.JsonArray("", "/auth") });

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

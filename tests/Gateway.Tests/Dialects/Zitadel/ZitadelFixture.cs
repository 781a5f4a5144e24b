namespace Gateway.Tests.Dialects.Zitadel;

/// <summary>One gateway that speaks ZITADEL, for all tests of a class.</summary>
public sealed class ZitadelFixture : IAsyncLifetime
{
    internal DialectHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await DialectHost.StartAsync("Zitadel", http2: true);

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

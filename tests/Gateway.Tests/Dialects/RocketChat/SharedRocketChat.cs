namespace Gateway.Tests.Dialects.RocketChat;

/// <summary>One gateway for a class of tests.</summary>
public sealed class SharedRocketChat : IAsyncLifetime
{
    internal RocketChatFixture Chat { get; private set; } = null!;

    public async Task InitializeAsync() => Chat = await RocketChatFixture.StartAsync();

    public async Task DisposeAsync() => await Chat.DisposeAsync();
}

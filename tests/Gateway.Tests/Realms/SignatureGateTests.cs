using Gateway.Realms.Jwt;

namespace Gateway.Tests.Realms;

public sealed class SignatureGateTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(9, 4)]
    public async Task Half_of_the_cores_check_and_the_rest_wait_their_turn(int cores, int places)
    {
        SignatureGate gate = new(cores);
        for (int n = 0; n < places; n++)
        {
            ValueTask<bool> entered = gate.EnterAsync();
            Assert.True(entered.IsCompletedSuccessfully && await entered);
        }
        Task<bool> waiting = gate.EnterAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        gate.Leave();
        Assert.True(await waiting);
    }

    [Fact]
    public async Task Who_finds_too_many_waiting_is_told_at_once()
    {
        SignatureGate gate = new(cores: 2);
        Assert.True(await gate.EnterAsync());
        Task<bool>[] waiting = [.. Enumerable.Range(0, SignatureGate.MostWaiting).Select(_ => gate.EnterAsync().AsTask())];
        ValueTask<bool> refused = gate.EnterAsync();
        Assert.True(refused.IsCompletedSuccessfully && !await refused);
        foreach (Task<bool> one in waiting)
        {
            gate.Leave();
            Assert.True(await one);
        }
        gate.Leave();
        Assert.True(await gate.EnterAsync());
    }
}

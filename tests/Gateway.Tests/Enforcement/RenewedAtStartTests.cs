using Gateway.Enforcement;
using Gateway.Realms;
using Gateway.Tests.Realms;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Enforcement;

public sealed class RenewedAtStartTests
{
    [Fact]
    public async Task Who_signs_in_before_the_key_has_been_read_waits_for_the_seal()
    {
        using RealmsUnderTest room = new(new()
        {
            ["web"] = new() { Credentials = [new() { Cookie = "session" }], Opaque = new(), Lineage = [OpaqueTokens.Renewals] },
        });
        LineageSeal seal = new(new OneKey(), TimeProvider.System);
        RenewedCookies renewed = new(static context =>
        {
            context.Response.Headers.SetCookie = "session=v1; Path=/";
            return Task.CompletedTask;
        }, room.Realms, seal);
        Answer answer = new();
        DefaultHttpContext request = new();
        request.Features.Set<IHttpResponseFeature>(answer);
        await renewed.InvokeAsync(request);

        Task begun = answer.BeginAsync!();
        Assert.False(begun.IsCompleted);
        Assert.Equal(1, answer.Headers.SetCookie.Count);
        await seal.ReadyAsync(default);
        await begun;
        Assert.StartsWith("session-lineage=" + LineageSeal.RootOf("v1"), answer.Headers.SetCookie[1], StringComparison.Ordinal);
    }

    private sealed class Answer : HttpResponseFeature
    {
        public Func<Task>? BeginAsync { get; private set; }

        public override void OnStarting(Func<object, Task> callback, object state) => BeginAsync = () => callback(state);
    }
}

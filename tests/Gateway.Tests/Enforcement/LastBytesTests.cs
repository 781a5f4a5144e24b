using System.Net;
using Gateway.Revocation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Enforcement;

/// <summary>The last thing that an answer says is under the promise like the first.</summary>
public sealed class LastBytesTests
{
    [Theory]
    [InlineData("chunked")]
    [InlineData("trailers")]
    public async Task The_end_of_an_answer_passes_before_its_exchange_leaves_the_live_connections(string kind)
    {
        HeldEnd end = new();
        await using EndingFixture fixture = await EndingFixture.StartAsync(http2Backend: kind == "trailers",
            customize: builder => builder.Services.AddSingleton<IStartupFilter>(end));
        fixture.Backend.Answer = async context =>
        {
            await context.Response.WriteAsync("hello");
            if (kind == "trailers") context.Response.AppendTrailer("x-sum", "17");
            return true;
        };
        using HttpRequestMessage request = kind == "trailers"
            ? new(HttpMethod.Get, fixture.Gateway.Http2Url + "/x")
                { Version = new(2, 0), VersionPolicy = HttpVersionPolicy.RequestVersionExact, Headers = { TE = { new("trailers") } } }
            : new(HttpMethod.Get, fixture.Gateway.Url + "/x");

        using HttpResponseMessage answer = await fixture.Http2.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WithinAsync();
        Assert.Equal("hello", await answer.Content.ReadAsStringAsync().WithinAsync());
        if (kind == "trailers") Assert.Equal("17", Assert.Single(answer.TrailingHeaders.GetValues("x-sum")));

        // The request is not over for the server yet; for the client it is.
        Assert.Equal(0, end.Passed);
        end.Go.SetResult();
    }

    [Fact]
    public async Task A_failure_behind_is_not_told_to_whom_was_ended_meanwhile()
    {
        TaskCompletionSource fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using TestBackend backend = await TestBackend.StartAsync();
        await using TestIssuer issuer = new();
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(backend, issuer));
        backend.Answer = async context =>
        {
            await fail.Task;
            context.Abort();
            return true;
        };
        Task<HttpResponseMessage> ended = gateway.GetAsync("/x", issuer.Token(session: "ended")),
            other = gateway.GetAsync("/x", issuer.Token(session: "other"));
        await Eventually.TrueAsync(() => backend.Open == 2);
        // Whoever applies the revocation has not come by the open exchanges yet.
        gateway.Get<RevocationIndex>().Apply(new Fact.Revocation
        {
            Id = Guid.NewGuid(), At = DateTimeOffset.UtcNow, Expires = DateTimeOffset.UtcNow.AddDays(1), Actor = "test",
            Target = new Target.Session("main", "ended"),
        });
        fail.SetResult();

        Assert.Equal(HttpStatusCode.BadGateway, (await other.WithinAsync()).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await ended.WithinAsync()).StatusCode);
    }

    /// <summary>Lets nothing of the gateway's pipeline come to its end for the server until told to.</summary>
    private sealed class HeldEnd : IStartupFilter
    {
        private int _passed;

        public TaskCompletionSource Go { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Passed => Volatile.Read(ref _passed);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await rest(context);
                await Go.Task;
                Interlocked.Increment(ref _passed);
            });
            next(app);
        };
    }
}

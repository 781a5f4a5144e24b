using System.Net;
using Gateway.Realms;
using Gateway.Realms.Jwt;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Tests.Realms;

/// <summary>Keys that are fetched by the name that a token gives, whoever has made the token.</summary>
public sealed class NamedKeysTests : IDisposable
{
    private readonly Absent _server = new();
    private readonly HttpClient _http;
    private readonly NamedKeys _keys;
    private readonly ManualTime _time = new();

    public NamedKeysTests()
    {
        _http = new HttpClient(_server);
        JwtOptions options = new()
        {
            JwksUri = "http://127.0.0.1/{kid}", RequireHttps = false, RefreshAtMostEvery = TimeSpan.FromSeconds(30),
        };
        _keys = new NamedKeys("main", "https://idp", options, _http, _time, NullLogger.Instance);
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_name_without_a_key_is_asked_for_once_in_a_while()
    {
        for (int n = 0; n < 10; n++) await _keys.LookForAsync("forged");
        Assert.Equal(1, _server.Asked);
        // It has not used up what others may ask for.
        for (int n = 0; n < 4; n++) await _keys.LookForAsync($"other-{n}");
        Assert.Equal(5, _server.Asked);
        await _keys.LookForAsync("one-more");
        Assert.Equal(5, _server.Asked);
        _time.Advance(TimeSpan.FromSeconds(31));
        await _keys.LookForAsync("forged");
        Assert.Equal(6, _server.Asked);
    }

    [Fact]
    public async Task A_flood_of_names_does_not_pile_up_behind_a_slow_provider()
    {
        _server.Answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] asked = [.. Enumerable.Range(0, 1000).Select(n => _keys.LookForAsync($"forged-{n}").AsTask())];
        await _server.Begun.Task;
        Assert.InRange(asked.Count(one => !one.IsCompleted), 1, 65);
        _server.Answers.SetResult();
        await Task.WhenAll(asked);
        Assert.Equal(5, _server.Asked);
    }

    // Has no key of any name.
    private sealed class Absent : HttpMessageHandler
    {
        private int _asked;

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource? Answers { get; set; }
        public int Asked => Volatile.Read(ref _asked);

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            Begun.TrySetResult();
            if (Answers is { } answers) await answers.Task;
            return new HttpResponseMessage(HttpStatusCode.NotFound);
        }
    }
}

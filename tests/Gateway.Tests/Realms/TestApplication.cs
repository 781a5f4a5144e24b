using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.Realms;

/// <summary>An application with a who-am-I endpoint, or an authorization server with an introspection endpoint.</summary>
internal sealed class TestApplication : IAsyncDisposable
{
    private readonly string _url = $"http://127.0.0.1:{FreePort.Take()}";
    private readonly Func<HttpContext, Task> _answer;
    private WebApplication? _server;
    private int _asked;

    private TestApplication(Func<HttpContext, Task> answer) => _answer = answer;

    public string Url => _url + "/whoami";
    public int Asked => Volatile.Read(ref _asked);

    public static async Task<TestApplication> StartAsync(Func<HttpContext, Task> answer)
    {
        TestApplication application = new(answer);
        await application.RestartAsync();
        return application;
    }

    public async Task RestartAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add(_url);
        _server.Run(context =>
        {
            Interlocked.Increment(ref _asked);
            return _answer(context);
        });
        await _server.StartAsync();
    }

    public async Task StopAsync()
    {
        if (_server is not null) await _server.StopNowAsync();
        _server = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();
}

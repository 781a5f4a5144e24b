using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Gateway.Realms;

/// <summary>Asks applications and providers: pooled connections, no cookies and no redirects of its own, answers bounded in
/// time and size, and questions bounded in number, so that a flood of unknown tokens stays here.</summary>
internal sealed class ProviderClient(HttpMessageHandler? handler = null) : IDisposable
{
    private const int MaxAnswer = 1024 * 1024;
    private const int AtOnce = 64;
    private const int Waiting = 1024;

    private int _asking;
    private readonly SemaphoreSlim _turn = new(AtOnce, AtOnce);

    /// <summary>For documents as well; no timeout of its own.</summary>
    public HttpClient Http { get; } = new(handler ?? new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = AtOnce,
        MaxResponseHeadersLength = 64,
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxAnswer,
    };

    public async Task<ProviderAnswer> AskAsync(HttpRequestMessage question, TimeSpan within, TimeProvider time)
    {
        if (Interlocked.Increment(ref _asking) > Waiting)
        {
            Interlocked.Decrement(ref _asking);
            return default;
        }
        try
        {
            using CancellationTokenSource timeout = new(within, time);
            await _turn.WaitAsync(timeout.Token);
            try
            {
                question.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
                using HttpResponseMessage answer = await Http.SendAsync(question, timeout.Token);
                JsonElement? body = answer.IsSuccessStatusCode
                    ? StrictJson.ReadObject(await answer.Content.ReadAsByteArrayAsync(timeout.Token)) : null;
                return new(answer.StatusCode, body);
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (Exception error)
            when (error is HttpRequestException or OperationCanceledException or IOException or InvalidOperationException)
        {
            return default;
        }
        finally
        {
            Interlocked.Decrement(ref _asking);
        }
    }

    public void Dispose() => Http.Dispose();
}

using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Gateway.Realms;

/// <summary>Asks applications and providers: pooled connections, no cookies and no redirects of its own, answers bounded in
/// time and size. How many are asked at once each realm bounds for itself (<see cref="ProviderGate"/>).</summary>
internal sealed class ProviderClient(HttpMessageHandler? handler = null) : IDisposable
{
    private const int MaxAnswer = 1024 * 1024;

    /// <summary>For documents as well; no timeout of its own.</summary>
    public HttpClient Http { get; } = new(handler ?? new SocketsHttpHandler
    {
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxResponseHeadersLength = 64,
        ActivityHeadersPropagator = null,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxAnswer,
    };

    public async Task<ProviderAnswer> AskAsync(HttpRequestMessage question, TimeSpan within, TimeProvider time)
    {
        try
        {
            using CancellationTokenSource timeout = new(within, time);
            question.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
            using HttpResponseMessage answer = await Http.SendAsync(question, timeout.Token);
            JsonElement? body = answer.IsSuccessStatusCode || answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized
                ? StrictJson.ReadObject(await answer.Content.ReadAsByteArrayAsync(timeout.Token)) : null;
            return answer.IsSuccessStatusCode ? new(answer.StatusCode, body) : new(answer.StatusCode, null, ErrorOf(body));
        }
        catch (Exception error)
            when (error is HttpRequestException or OperationCanceledException or IOException or InvalidOperationException)
        {
            return default;
        }
    }

    public void Dispose() => Http.Dispose();

    private static string? ErrorOf(JsonElement? body)
        => body is { } found && found.TryGetProperty("error", out JsonElement error) && error.ValueKind == JsonValueKind.String
            ? error.GetString() : null;
}

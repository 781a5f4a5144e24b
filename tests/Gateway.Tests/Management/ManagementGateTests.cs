using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Management;

public sealed class ManagementGateTests : IAsyncLifetime
{
    private TestBackend _backend = null!;
    private InProcessGateway _gateway = null!;
    private HttpClient _anonymous = null!;

    public async Task InitializeAsync()
    {
        _backend = await TestBackend.StartAsync();
        _gateway = await InProcessGateway.StartAsync(GatewaySettings.For(_backend));
        _anonymous = new() { BaseAddress = new Uri(_gateway.ManagementUrl) };
    }

    public async Task DisposeAsync()
    {
        _anonymous.Dispose();
        await _gateway.DisposeAsync();
        await _backend.DisposeAsync();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer")]
    [InlineData("Basic dGVzdC1tYW5hZ2VtZW50LWtleQ==")]
    [InlineData("test-management-key")]
    public async Task Without_a_good_key_nothing_is_told(string? authorization)
    {
        foreach (string path in (string[])["/v1/revocations", "/v1/sessions", "/v1/nodes", "/v1/events", "/v1/sessions/main/s1"])
        {
            using HttpRequestMessage request = new(HttpMethod.Get, path);
            if (authorization is not null) request.Headers.TryAddWithoutValidation("Authorization", authorization);
            using HttpResponseMessage answer = await _anonymous.SendAsync(request);

            await Problem.IsAsync(answer, 401);
            Assert.StartsWith("Bearer", answer.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task A_key_counts_only_in_the_header()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"/v1/nodes?access_token={GatewaySettings.ManagementKey}");
        request.Headers.Add("Cookie", $"access_token={GatewaySettings.ManagementKey}");

        await Problem.IsAsync(await _anonymous.SendAsync(request), 401);
    }

    [Fact]
    public async Task Health_and_the_document_need_no_key()
    {
        Assert.Equal("ok", (string?)(await _anonymous.GetFromJsonAsync<JsonObject>("/healthz"))!["status"]);
        Assert.True((bool)(await _anonymous.GetFromJsonAsync<JsonObject>("/readyz"))!["ready"]!);
        JsonObject document = (await _anonymous.GetFromJsonAsync<JsonObject>("/openapi/v1.json"))!;
        Assert.StartsWith("3.", (string?)document["openapi"]);
        foreach (string path in (string[])["/v1/revocations", "/v1/revocations/{id}", "/v1/revocations/preview", "/v1/sessions",
            "/v1/nodes", "/v1/events", "/readyz"])
            Assert.True(document["paths"]!.AsObject().ContainsKey(path),
                $"{path} in {string.Join(' ', document["paths"]!.AsObject().Select(entry => entry.Key))}");
        Assert.NotNull(document["paths"]!["/v1/revocations"]!["post"]!["requestBody"]);
    }

    [Fact]
    public async Task The_document_is_written_once_however_often_it_is_asked_for()
    {
        int written = 0;
        await using InProcessGateway gateway = await InProcessGateway.StartAsync(GatewaySettings.For(), customize: builder =>
            builder.Services.Configure<OpenApiOptions>("v1", document => document.AddDocumentTransformer((_, _, _) =>
            {
                Interlocked.Increment(ref written);
                return Task.CompletedTask;
            })));
        string[] documents = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => gateway.Management.GetStringAsync("/openapi/v1.json")));
        Assert.Single(documents.Distinct());
        Assert.Equal(1, written);
    }

    [Theory]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    public async Task Health_can_be_asked_with_head(string path)
    {
        using HttpResponseMessage whole = await _anonymous.GetAsync(path);
        using HttpResponseMessage head = await _anonymous.SendAsync(new(HttpMethod.Head, path));

        Assert.Equal(whole.StatusCode, head.StatusCode);
        Assert.Equal(whole.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_created_key_is_good_at_once_and_only_its_hash_is_kept()
    {
        string key = (await _gateway.Get<Gateway.Management.ManagementKeys>().CreateAsync("ops", default))!;

        using HttpRequestMessage request = new(HttpMethod.Get, "/v1/nodes");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using HttpResponseMessage answer = await _anonymous.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(await _gateway.Get<Gateway.Management.ManagementKeys>().CreateAsync("ops", default));
        await _gateway.StopAsync();
        foreach (string file in Directory.GetFiles(_gateway.Folder.Path, "gateway.db*"))
            Assert.DoesNotContain(key, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file)));
    }

    [Theory]
    [InlineData("/v1/revocations")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    public async Task The_listeners_do_not_mix(string path)
    {
        // The management listener named in Host, sent to the public one: it is the application's.
        using HttpRequestMessage request = new(HttpMethod.Get, _gateway.Url + path);
        request.Headers.Host = new Uri(_gateway.ManagementUrl).Authority;
        using HttpResponseMessage answer = await _anonymous.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains(_backend.Requests, seen => seen.Path == path);

        // And the application's paths are not there on the management listener, whatever Host says.
        using HttpRequestMessage other = new(HttpMethod.Get, _gateway.ManagementUrl + "/hello");
        other.Headers.Host = new Uri(_gateway.Url).Authority;
        await Problem.IsAsync(await _anonymous.SendAsync(other), 404);
    }
}

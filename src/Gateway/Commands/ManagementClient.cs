using System.CommandLine;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Gateway.Configuration;
using Gateway.Management;

namespace Gateway.Commands;

/// <summary>Calls the management API of a running gateway for a command, and tells what it answers.</summary>
internal sealed class ManagementClient : IDisposable
{
    private const string KeyVariable = "GATEWAY_KEY";

    private readonly HttpClient _http;

    private ManagementClient(string url, string key)
        => _http = new HttpClient { BaseAddress = new Uri(url),
            DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) }, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>Gives a command the options that lead to a gateway, and its action.</summary>
    public static void Use(Command command, Func<ParseResult, ManagementClient, CancellationToken, Task<string>> call)
        => Use(command, async (parsed, gateway, cancellation) => (await call(parsed, gateway, cancellation), 0));

    /// <summary>Does the same for an action that decides the exit code.</summary>
    public static void Use(Command command, Func<ParseResult, ManagementClient, CancellationToken, Task<(string Said, int Code)>> call)
    {
        Option<string> config = GatewayCommand.ConfigOption();
        Option<string?> url = new("--url")
            { Description = "The management listener; default Gateway:Management:Url of the configuration.", HelpName = "URL" };
        Option<string?> key = new("--key")
            { Description = $"A management key; better in the environment variable {KeyVariable}, for others can see a command line.",
                HelpName = "KEY" };
        command.Add(url);
        command.Add(key);
        command.Add(config);
        command.SetAction((parsed, cancellation) => CommandFailures.ToldAsync(async () =>
        {
            if ((parsed.GetValue(key) ?? Environment.GetEnvironmentVariable(KeyVariable)) is not { Length: > 0 } secret)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(
                    $"Set {KeyVariable} to a management key, or give --key. 'key create NAME' makes one.");
                return 1;
            }
            string address = parsed.GetValue(url) ?? Address(parsed.GetRequiredValue(config));
            if (!Checks.IsHttpUrl(address))
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(
                    $"'{address}' is not an http or https URL; write it like http://127.0.0.1:9901.");
                return 1;
            }
            using ManagementClient client = new(address, secret);
            try
            {
                (string said, int code) = await call(parsed, client, cancellation);
                await parsed.InvocationConfiguration.Output.WriteLineAsync(said);
                return code;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(
                    $"The gateway at {address} gave no answer within {client._http.Timeout.TotalSeconds:0} s.");
                return 1;
            }
            catch (Exception failure) when (failure is HttpRequestException or InvalidOperationException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(
                    failure is HttpRequestException { InnerException: SocketException }
                    ? $"No gateway answers at {address}: {failure.Message}" : failure.Message);
                return 1;
            }
        }, parsed.InvocationConfiguration.Error));
    }

    public Task<JsonNode> GetAsync(string path, CancellationToken cancellation) => SendAsync(new(HttpMethod.Get, path), cancellation);

    /// <summary>Copies an answer as it comes, however long it is.</summary>
    public async Task CopyAsync(string path, Stream to, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await _http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"The gateway at {_http.BaseAddress} answered {(int)answer.StatusCode}.");
        await answer.Content.CopyToAsync(to, cancellation);
    }

    public Task<JsonNode> PostAsync(string path, JsonObject body, CancellationToken cancellation)
        => SendAsync(new(HttpMethod.Post, path)
            { Content = new StringContent(body.ToJsonString(), new MediaTypeHeaderValue("application/json")) }, cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<JsonNode> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using HttpResponseMessage answer = await _http.SendAsync(request, cancellation);
        string text = await answer.Content.ReadAsStringAsync(cancellation);
        JsonNode? json = null;
        try { json = JsonNode.Parse(text); }
        catch (System.Text.Json.JsonException) { /* not a management listener */ }
        if (answer.IsSuccessStatusCode && json is not null) return json;
        throw new InvalidOperationException(
            $"The gateway at {_http.BaseAddress} answered {(int)answer.StatusCode}: {(string?)json?["detail"] ?? "this is not a management listener"}");
    }

    private static string Address(string configurationFile)
    {
        ConfigurationManager configuration = ConfigurationSources.CreateBuilder([], configurationFile).Configuration;
        string configured = configuration["Gateway:Management:Url"] ?? new ManagementOptions().Url;
        BindingAddress address;
        try { address = BindingAddress.Parse(configured); }
        catch (FormatException) { return configured; }
        string host = address.Host is "0.0.0.0" or "[::]" or "*" or "+" ? "127.0.0.1" : address.Host;
        return $"{address.Scheme}://{host}:{address.Port}";
    }
}

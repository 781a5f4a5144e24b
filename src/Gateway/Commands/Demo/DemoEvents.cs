namespace Gateway.Commands.Demo;

/// <summary>A session's open event stream, and how it ended.</summary>
internal sealed class DemoEvents(HttpResponseMessage answer, StreamReader reader) : IDisposable
{
    public int Status => (int)answer.StatusCode;

    public static async Task<DemoEvents> OpenAsync(HttpClient client, string url, string token, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, url + "/events");
        request.Headers.Authorization = new("Bearer", token);
        HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        return new(answer, new StreamReader(await answer.Content.ReadAsStreamAsync(cancellation)));
    }

    /// <summary>Reads to the end: the name of the last event, "ended" without one, or "cut".</summary>
    public async Task<string> EndAsync(CancellationToken cancellation)
    {
        string last = "ended";
        try
        {
            while (await reader.ReadLineAsync(cancellation) is { } line)
                if (line.StartsWith("event:", StringComparison.Ordinal)) last = line["event:".Length..].Trim();
            return last;
        }
        catch (Exception cut) when (cut is IOException or HttpRequestException)
        {
            return "cut";
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        answer.Dispose();
    }
}

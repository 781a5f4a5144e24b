using System.Text.Json.Nodes;

namespace Gateway.Tests.Dialects.RocketChat;

internal sealed record Answer(int Status, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public JsonNode Json => JsonNode.Parse(Body)!;

    /// <summary>Every answer has the same type and is not to be kept.</summary>
    public static void Is(Answer answer, int status, string body)
    {
        Assert.Equal((status, body), (answer.Status, answer.Body));
        Assert.Equal("application/json", answer.Headers["Content-Type"]);
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
        Assert.Equal("no-cache", answer.Headers["Pragma"]);
    }

    public static async Task<Answer> OfAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode, await response.Content.ReadAsStringAsync(),
        response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase));
}

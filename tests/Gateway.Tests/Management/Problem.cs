using System.Text.Json.Nodes;

namespace Gateway.Tests.Management;

internal static class Problem
{
    /// <summary>The problem document of an answer, after a look at status and type.</summary>
    public static async Task<JsonObject> IsAsync(HttpResponseMessage answer, int status)
    {
        string text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"Expected {status}, got {(int)answer.StatusCode}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        JsonObject problem = JsonNode.Parse(text)!.AsObject();
        Assert.Equal(status, (int)problem["status"]!);
        Assert.DoesNotContain("   at ", text);
        return problem;
    }
}

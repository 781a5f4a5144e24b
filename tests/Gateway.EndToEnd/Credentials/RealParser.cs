using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Credentials;

/// <summary>A parser that back ends use, as a process: what it reads out of queries and cookies.</summary>
internal static class RealParser
{
    /// <summary>What it reads out of each request, in their order.</summary>
    public static async Task<IReadOnlyList<JsonObject>> ReadAsync(string program, string script,
        IReadOnlyList<(string Query, string Cookie)> requests)
    {
        string path = Path.Combine(Repository.Root, "tests", "Gateway.EndToEnd", "parsers", script);
        await using ChildProcess process = ChildProcess.Start(program, [path], Path.GetDirectoryName(path));
        foreach ((string query, string cookie) in requests)
            await process.TypeAsync(JsonSerializer.Serialize(new { query, cookie }));
        process.CloseInput();
        int code = await process.ExitAsync();
        string[] lines = [.. process.Output.Split('\n').Where(line => line.StartsWith('{'))];
        Assert.True(code == 0 && lines.Length == requests.Count,
            $"{program} {script} ended with {code} after {lines.Length} of {requests.Count}:\n{process.Errors}");
        return [.. lines.Select(line => JsonNode.Parse(line)!.AsObject())];
    }

    /// <summary>Whether a value, or one within it, stands under the name and is the text.</summary>
    public static bool Reads(JsonNode? read, string name, string text)
        => read is JsonObject values && values[name] is { } value && Holds(value, text);

    private static bool Holds(JsonNode value, string text) => value switch
    {
        JsonObject inner => inner.Any(member => member.Value is { } item && Holds(item, text)),
        JsonArray items => items.Any(item => item is not null && Holds(item, text)),
        // Around a token applications bear blanks, quotes, and one more encoding.
        _ => Uri.UnescapeDataString(value.ToString()).Trim(' ', '\t', '"', '\'', '\0') == text,
    };
}

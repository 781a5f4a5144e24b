using System.CommandLine;
using System.Text.Json.Nodes;

namespace Gateway.Commands;

/// <summary><c>explain</c>: tells, through the management API of a running gateway, what it makes of a token or a request.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        Option<string?> token = Text("--token", "TOKEN", "A token; - reads it from standard input, where others do not see it.");
        Option<string?> realm = Text("--realm", "NAME", "With --token: only what this realm makes of it.");
        Option<string?> request = Text("--request", "URL", "A request instead, by its address, or only its path and query.");
        Option<string?> method = Text("--method", "METHOD", "With --request; default GET.");
        Option<string[]> header = new("--header", "-H")
        {
            Description = "With --request, as often as there are headers; - reads lines of them from standard input.",
            HelpName = "NAME: VALUE",
        };
        Command command = new("explain", "Tell what a running gateway makes of a token or a request, step by step; nothing notes it.");
        foreach (Option option in (Option[])[token, realm, request, method, header]) command.Add(option);
        ManagementClient.Use(command, async (parsed, gateway, cancellation) =>
        {
            JsonObject body = [];
            if (parsed.GetValue(token) is { } text) body["token"] = text == "-" ? await InputAsync(cancellation) : text;
            if (parsed.GetValue(realm) is { } name) body["realm"] = name;
            if (parsed.GetValue(request) is { } url)
            {
                JsonObject headers = await HeadersAsync(parsed.GetValue(header) ?? [], cancellation);
                body["request"] = new JsonObject { ["method"] = parsed.GetValue(method) ?? "GET", ["url"] = url, ["headers"] = headers };
            }
            return Written(await gateway.PostAsync("/v1/explain", body, cancellation));
        });
        return command;
    }

    private static Option<string?> Text(string name, string value, string description)
        => new(name) { Description = description, HelpName = value };

    private static async Task<string> InputAsync(CancellationToken cancellation) => (await Console.In.ReadToEndAsync(cancellation)).Trim();

    private static async Task<JsonObject> HeadersAsync(string[] given, CancellationToken cancellation)
    {
        List<string> lines = [];
        foreach (string line in given) lines.AddRange(line == "-" ? (await InputAsync(cancellation)).Split('\n') : [line]);
        JsonObject headers = [];
        foreach (string line in lines.Where(line => !string.IsNullOrWhiteSpace(line)))
        {
            int colon = line.IndexOf(':');
            if (colon < 1) throw new InvalidOperationException("A header is written like 'Authorization: Bearer …'.");
            string name = line[..colon].Trim();
            if (headers[name] is not JsonArray values) headers[name] = values = [];
            values.Add(line[(colon + 1)..].Trim());
        }
        return headers;
    }

    private static string Written(JsonNode answer)
    {
        List<string> lines = [$"{answer["outcome"]}{After(" with ", answer["status"])}{After(": ", answer["reason"])}"];
        Steps(answer["steps"], "  ");
        foreach (JsonNode? one in ((answer["realms"] ?? answer["credentials"]) as JsonArray) ?? [])
        {
            string place = one!["location"] is { } location ? $"{location}, " : "";
            lines.Add($"  {place}realm {one["realm"]}: {one["outcome"]}{After(": ", one["reason"])}");
            Steps(one["steps"], "    ");
            if (one["identity"] is JsonObject identity) lines.Add($"    stands for {string.Join(", ", identity.Select(Member))}");
        }
        return string.Join(Environment.NewLine, lines);

        void Steps(JsonNode? steps, string indent)
        {
            foreach (JsonNode? step in (steps as JsonArray) ?? [])
                lines.Add($"{indent}{((bool)step!["passed"]! ? "ok    " : "FAILS ")} {step["step"]}{After(": ", step["detail"])}");
        }

        static string After(string before, JsonNode? value) => value is null ? "" : $"{before}{value}";
        static string Member(KeyValuePair<string, JsonNode?> member)
            => $"{member.Key} {(member.Value is JsonArray many ? string.Join(' ', many) : member.Value)}";
    }
}

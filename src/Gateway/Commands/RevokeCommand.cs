using System.CommandLine;
using System.Text.Json.Nodes;

namespace Gateway.Commands;

/// <summary><c>revoke</c>: ends sessions through the management API of a running gateway.</summary>
internal static class RevokeCommand
{
    /// <summary>Exit code: it is recorded, and not every node enforces it yet.</summary>
    private const int NotEverywhere = 2;

    public static Command Create()
    {
        (Option<string?> Option, string Field)[] texts =
        [
            (Text("--session", "ID", "One session."), "session"),
            (Text("--token", "TOKEN", "One token: its jti, itself, or its fingerprint."), "token"),
            (Text("--subject", "ID", "Everything of a subject."), "subject"),
            (Text("--client", "ID", "Everything issued to a client."), "client"),
            (Text("--except", "SESSION", "With --subject: the one session that is spared."), "exceptSession"),
            (Text("--before", "INSTANT", "With --subject, --client, --everything: what was authenticated at or before then; default now."),
                "before"),
            (Text("--realm", "NAME", "Needed only when there are several."), "realm"),
            (Text("--reason", "TEXT", "Why; kept with the revocation."), "reason"),
        ];
        Option<bool> everything = new("--everything") { Description = "Everything of the realm." };
        Option<bool> preview = new("--preview") { Description = "Only tell what would end." };
        Option<int?> confirm = new("--confirm")
        {
            Description = "How many sessions it is meant to end, as the preview says; needed where it ends very many.",
            HelpName = "SESSIONS",
        };
        Command command = new("revoke", "End sessions, through the management API of a running gateway.") { everything, preview, confirm };
        foreach ((Option<string?> option, _) in texts) command.Add(option);
        ManagementClient.Use(command, async (parsed, gateway, cancellation) =>
        {
            JsonObject body = [];
            foreach ((Option<string?> option, string field) in texts)
                if (parsed.GetValue(option) is { } value) body[field] = value;
            if (parsed.GetValue(everything)) body["everything"] = true;
            if (parsed.GetValue(preview))
            {
                JsonNode would = await gateway.PostAsync("/v1/revocations/preview", body, cancellation);
                return ($"It would end {would["sessions"]} sessions that were seen, and {would["connections"]} live connections of this "
                    + "node. Nothing was changed.", 0);
            }
            if (parsed.GetValue(confirm) is { } sessions) body["confirm"] = sessions;
            JsonNode done = await gateway.PostAsync("/v1/revocations", body, cancellation);
            string note = done["note"] is { } outlived ? $"\n{outlived}" : "";
            string said =
                $"Revoked: {done["id"]}, enforced on {done["enforced"]!["nodes"]} of {done["enforced"]!["of"]} nodes "
                    + $"after {done["enforced"]!["milliseconds"]} ms.{note}";
            if ((int)done["enforced"]!["nodes"]! == (int)done["enforced"]!["of"]!) return (said, 0);
            return ($"{said}\n{await MissingAsync(gateway, done, cancellation)}", NotEverywhere);
        });
        return command;
    }

    // What each node has applied by now; who has caught up since the answer is not named.
    private static async Task<string> MissingAsync(ManagementClient gateway, JsonNode done, CancellationToken cancellation)
    {
        JsonArray nodes = (await gateway.GetAsync("/v1/nodes", cancellation))["items"]!.AsArray();
        string[] missing =
        [
            .. nodes.Where(node => (string?)node!["epoch"] != (string?)done["epoch"] || (long)node["position"]! < (long)done["position"]!)
                .Select(node => $"{node!["id"]} ({node["address"]})"),
        ];
        return missing.Length > 0 ? $"Missing: {string.Join(", ", missing)}. The rest follows within one lease."
            : "Every node that is listed has it by now; 'of' counts one more while the cluster begins anew.";
    }

    private static Option<string?> Text(string name, string value, string description)
        => new(name) { Description = description, HelpName = value };
}

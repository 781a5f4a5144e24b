using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Commands;

/// <summary><c>sessions</c>: lists the sessions that a running gateway has seen.</summary>
internal static class SessionsCommand
{
    private static readonly (string Title, string Field, int Width)[] Columns = [("REALM", "realm", 12), ("SESSION", "id", 38),
        ("SUBJECT", "subject", 24), ("LAST SEEN", "lastSeen", 20), ("ADDRESS", "address", 16), ("STATE", "revokedBy", 0)];

    private static readonly string[] Filters = ["realm", "subject", "client", "search"];

    public static Command Create()
    {
        (Option<string?> Option, string Field)[] filters = [
            .. Filters.Select(field => (new Option<string?>("--" + field) { HelpName = field.ToUpperInvariant() }, field))];
        Option<int> count = new("--count") { Description = "How many at most, 1 to 1000.", DefaultValueFactory = _ => 50 };
        Command command = new("sessions", "List sessions, newest first, through the management API of a running gateway.") { count };
        foreach ((Option<string?> option, _) in filters) command.Add(option);
        ManagementClient.Use(command, async (parsed, gateway, cancellation) =>
        {
            string query = string.Concat(filters.Select(
                filter => parsed.GetValue(filter.Option) is { } value ? $"&{filter.Field}={Uri.EscapeDataString(value)}" : ""));
            JsonNode page = await gateway.GetAsync($"/v1/sessions?count={parsed.GetValue(count)}{query}", cancellation);
            StringBuilder table = new(Row(column => column.Title));
            foreach (JsonNode? session in page["items"]!.AsArray())
                table.Append('\n')
                    .Append(Row(column => column.Field == "revokedBy" && session![column.Field] is null
                        ? session!["token"] is null ? "active" : "active, token only"
                        : Shown(session![column.Field]?.ToString() ?? "-")));
            return page["next"] is null ? table.ToString() : table.Append("\n… and more").ToString();
        });
        return command;
    }

    private static string Row(Func<(string Title, string Field, int Width), string> value)
        => string.Join(' ',
            Columns.Select(column => value(column) is var text && text.Length > column.Width && column.Width > 0
                ? text[..(column.Width - 1)] + "…" : text.PadRight(column.Width))).TrimEnd();

    // What a client may choose is shown, not obeyed: a terminal would take control characters for commands.
    private static string Shown(string text) => string.Concat(text.Select(character => char.IsControl(character) ? '?' : character));
}

using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Management;
using Gateway.Store;

namespace Gateway.Commands;

/// <summary><c>audit</c>: shows the audit of a running gateway, exports it, and proves an exported one without any gateway.</summary>
internal static class AuditCommand
{
    public static Command Create() => new("audit", "Who did what: show it, export it, prove that nobody has changed it.")
    {
        Tail(), Export(), Verify(),
    };

    private static Command Tail()
    {
        Option<int> count = new("--count") { Description = "How many at most, 1 to 1000.", DefaultValueFactory = _ => 20 };
        Command command = new("tail", "Show the newest entries, the newest last.") { count };
        ManagementClient.Use(command, async (parsed, gateway, cancellation) =>
        {
            JsonNode page = await gateway.GetAsync($"/v1/audit?count={parsed.GetValue(count)}", cancellation);
            return string.Join('\n', page["items"]!.AsArray().Reverse().Select(Line));
        });
        return command;
    }

    private static Command Export()
    {
        Option<string> format = new("--format") { Description = "jsonl or csv.", DefaultValueFactory = _ => "jsonl" };
        format.AcceptOnlyFromAmong("jsonl", "csv");
        Option<FileInfo?> output = new("--output", "-o") { Description = "The file to write.", HelpName = "FILE", Required = true };
        Command command = new("export", "Write all entries to a file, newest first.") { format, output };
        ManagementClient.Use(command, async (parsed, gateway, cancellation) =>
        {
            FileInfo file = parsed.GetRequiredValue(output)!;
            await using (FileStream stream = new(file.FullName, FileMode.Create, FileAccess.Write))
                await gateway.CopyAsync($"/v1/audit/export?format={parsed.GetValue(format)}", stream, cancellation);
            return $"Written to {file.FullName}.";
        });
        return command;
    }

    private static Command Verify()
    {
        Argument<FileInfo> file = new("FILE") { Description = "JSON lines, as 'audit export' writes them." };
        Option<string?> holds = new("--holds")
            { Description = "A hash that an earlier proof named: what was kept then must be there.", HelpName = "HASH" };
        Command command = new("verify", "Prove offline that an exported audit is as it was written.") { file, holds };
        command.SetAction((parsed, cancellation) => CommandFailures.ToldAsync(async () =>
        {
            (string said, bool good) = await ProveAsync(parsed.GetRequiredValue(file), parsed.GetValue(holds), cancellation);
            await (good ? parsed.InvocationConfiguration.Output : parsed.InvocationConfiguration.Error).WriteLineAsync(said);
            return good ? 0 : 1;
        }, parsed.InvocationConfiguration.Error));
        return command;
    }

    private static async Task<(string Said, bool Good)> ProveAsync(FileInfo file, string? holds, CancellationToken cancellation)
    {
        List<AuditEntry> entries = [];
        try
        {
            await foreach (string line in File.ReadLinesAsync(file.FullName, cancellation))
                if (line.Length > 0) entries.Add(JsonSerializer.Deserialize(line, ManagementJson.Default.AuditEntry)!);
        }
        catch (JsonException error) { return ($"{file.Name}, line {entries.Count + 1} is no entry of the audit: {error.Message}", false); }
        catch (IOException error) { return ($"{file.FullName} cannot be read: {error.Message}", false); }
        if (entries is [{ Sequence: var first }, .., { Sequence: var last }] && first > last) entries.Reverse();
        AuditProof proof = new();
        foreach (AuditEntry entry in entries) proof.Add(entry);
        if (entries.Count == 0) return ($"{file.Name} holds no entry.", false);
        if (proof.Broken is { } broken) return ($"The chain is broken: {broken}.", false);
        if (holds is not null && entries.TrueForAll(entry => entry.Hash != holds))
            return ("The chain holds, but no entry has the hash that was kept: entries are missing, or the audit was written anew.", false);
        return ($"The chain holds: {proof.Entries} entries, {proof.First} to {proof.Newest}"
            + (proof.Unchained > 0 ? $"; the first {proof.Unchained} are of an older version and have no hash" : "")
            + $". Newest hash: {proof.NewestHash}. Keep it elsewhere: a later proof with --holds shows that nothing before it was changed.",
            true);
    }

    private static string Line(JsonNode? entry)
    {
        StringBuilder line = new($"{Text(entry, "at")}  {Text(entry, "actor")}  {Text(entry, "action")}");
        foreach (string field in (string[])["target", "outcome", "address", "detail"])
            if (entry![field] is not null) line.Append("  ").Append(Text(entry, field));
        return line.ToString();
    }

    // What a caller may choose is shown, not obeyed: a terminal would take control characters for commands.
    private static string Text(JsonNode? entry, string field)
        => string.Concat((entry![field]?.ToString() ?? "-").Select(character => char.IsControl(character) ? '?' : character));
}

using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd.Store;

/// <summary>A log that cannot be written: the logout is answered 503, nothing pretends to be revoked, what is revoked stays
/// refused, and it works again without a restart when the log can be written again.</summary>
public sealed class FullDiskTests
{
    [Fact]
    public async Task A_full_disk()
    {
        using SmallDisk? disk = SmallDisk.Mount(megabytes: 2);
        if (disk is not null) await WalkAsync(disk.Path, _ => disk.Fill(), _ => disk.MakeRoom());
    }

    [Fact]
    public async Task A_file_that_may_not_grow()
    {
        // Inherited by the gateway: writing past the limit is then an error, as on a full disk, and does not end the process.
        signal(SigXfsz, Ignore);
        await WalkAsync(null, gateway => Limit(gateway, 4096), gateway => Limit(gateway, null));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_disk_that_is_full_from_the_start(bool killed)
    {
        using SmallDisk? disk = SmallDisk.Mount(megabytes: 4);
        if (disk is null) return; // Where nobody may mount, the other tests stand for this one.
        await using TestIssuer issuer = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(backend, issuer).Unlimited();
        settings.Set("Gateway:Store:Path", Path.Combine(disk.Path, "gateway.db"));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings);
        await gateway.RevokeSessionAsync("one");
        if (killed) await gateway.Kill9Async();
        else await gateway.StopAsync();

        disk.Fill();
        await gateway.RestartAsync();
        await ExpectRefusedAsync(gateway, issuer, "one");
        await ExpectThroughAsync(gateway, issuer, "two");
        using HttpResponseMessage answer = await gateway.Management.PostAsJsonAsync("/v1/revocations",
            new { session = "two", reason = new string('x', 900) });
        if (answer.StatusCode != HttpStatusCode.Created)
        {
            await ExpectUnavailableAsync(gateway, "two");
            await ExpectThroughAsync(gateway, issuer, "two");
        }
        disk.MakeRoom();
        await gateway.RevokeSessionAsync("two");
        await ExpectRefusedAsync(gateway, issuer, "two");
        await ExpectRefusedAsync(gateway, issuer, "one");
        await gateway.StopAsync();
    }

    [Fact]
    public async Task A_log_that_is_read_only_from_the_start()
    {
        using SmallDisk? disk = SmallDisk.Mount(megabytes: 4);
        // Root alone can make a disk read-only, and to nobody else would a file mode be an obstacle worth a process.
        if (disk is null) return;
        await using TestIssuer issuer = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(backend, issuer).Unlimited();
        settings.Set("Gateway:Store:Path", Path.Combine(disk.Path, "gateway.db"));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings);
        await gateway.RevokeSessionAsync("one");
        await gateway.StopAsync();

        Assert.True(disk.MakeReadOnly(true));
        await gateway.RestartAsync();
        await ExpectRefusedAsync(gateway, issuer, "one");
        await ExpectUnavailableAsync(gateway, "two");
        await ExpectThroughAsync(gateway, issuer, "two");
        Assert.Contains("cannot be written", gateway.Output);
        Assert.True(disk.MakeReadOnly(false));
        await gateway.RevokeSessionAsync("two");
        await ExpectRefusedAsync(gateway, issuer, "two");
        await ExpectRefusedAsync(gateway, issuer, "one");
        await gateway.StopAsync();
    }

    private static async Task WalkAsync(string? folder, Action<GatewayProcess> fill, Action<GatewayProcess> makeRoom)
    {
        await using TestIssuer issuer = new();
        await using TestBackend backend = await TestBackend.StartAsync();
        JsonObject settings = GatewaySettings.For(backend, issuer).Unlimited();
        if (folder is not null) settings.Set("Gateway:Store:Path", Path.Combine(folder, "gateway.db"));
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(settings);
        await gateway.RevokeSessionAsync("before");

        fill(gateway);
        // What room is left inside the file's own pages is used up first.
        List<string> taken = [];
        for (int i = 0; i < 500; i++)
        {
            using HttpResponseMessage answer = await gateway.Management.PostAsJsonAsync("/v1/revocations",
                new { session = "filler" + i, reason = new string('x', 900) });
            if (answer.StatusCode != HttpStatusCode.Created) break;
            taken.Add("filler" + i);
        }
        Assert.True(taken.Count < 500, "the disk was never full");
        await ExpectUnavailableAsync(gateway, "during");
        await ExpectThroughAsync(gateway, issuer, "during");
        await ExpectRefusedAsync(gateway, issuer, "before");
        foreach (string session in taken.TakeLast(3)) await ExpectRefusedAsync(gateway, issuer, session);
        Assert.Contains("cannot be written", Assert.Single(await DegradedAsync(gateway)));

        makeRoom(gateway);
        await Eventually.TrueAsync(async () => (await DegradedAsync(gateway)).Count == 0);
        await gateway.RevokeSessionAsync("during");
        await ExpectRefusedAsync(gateway, issuer, "during");
        await gateway.Kill9Async();
        await gateway.RestartAsync();
        foreach (string session in (string[])["before", "during", .. taken.TakeLast(3)]) await ExpectRefusedAsync(gateway, issuer, session);
        await ExpectThroughAsync(gateway, issuer, "never");
        await gateway.StopAsync();
    }

    // Such a node still refuses what is revoked: it stays ready.
    private static async Task<IReadOnlyList<string>> DegradedAsync(GatewayProcess gateway)
    {
        JsonObject ready = (await gateway.Management.GetFromJsonAsync<JsonObject>("/readyz"))!;
        Assert.True((bool)ready["ready"]!);
        return [.. ready["degraded"]!.AsArray().Select(note => (string)note!)];
    }

    private static async Task ExpectUnavailableAsync(GatewayProcess gateway, string session)
    {
        using HttpResponseMessage answer = await gateway.Management.PostAsJsonAsync("/v1/revocations", new { session });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.NotNull(answer.Headers.RetryAfter);
    }

    private static async Task ExpectRefusedAsync(GatewayProcess gateway, TestIssuer issuer, string session)
    {
        using HttpResponseMessage answer = await gateway.GetAsync("/", issuer.Token(session: session));
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    private static async Task ExpectThroughAsync(GatewayProcess gateway, TestIssuer issuer, string session)
    {
        using HttpResponseMessage answer = await gateway.GetAsync("/", issuer.Token(session: session));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private const int SigXfsz = 25, Ignore = 1;

    [DllImport("libc")]
    private static extern nint signal(int number, nint handler);

    // How large a file the process may write: what a full disk is to one file.
    private static void Limit(GatewayProcess gateway, int? bytes)
    {
        using Process process = Process.Start("prlimit",
            ["--pid", gateway.Process.Id.ToString(), $"--fsize={bytes?.ToString() ?? "unlimited"}:unlimited"]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}

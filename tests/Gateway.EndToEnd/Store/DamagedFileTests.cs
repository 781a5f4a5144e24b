namespace Gateway.EndToEnd.Store;

public sealed class DamagedFileTests
{
    [Fact]
    public async Task A_damaged_log_stops_the_start_with_a_clear_message_and_is_kept()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(GatewaySettings.For(issuer: new TestIssuer()));
        await gateway.RevokeSessionAsync("one");
        await gateway.StopAsync();

        string file = gateway.Folder["gateway.db"];
        byte[] damaged = await File.ReadAllBytesAsync(file);
        new Random(1).NextBytes(damaged.AsSpan(4096, 8192));
        await File.WriteAllBytesAsync(file, damaged);

        (int code, string output) = await GatewayProcess.CommandAsync(gateway.Folder.Path, "--config", gateway.ConfigFile);
        Assert.Equal(1, code);
        Assert.Contains(file, output);
        Assert.Contains("damaged", output);
        Assert.Contains("Cure", output);
        Assert.DoesNotContain("   at ", output);
        Assert.DoesNotContain("Now listening", output);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_log_that_another_gateway_uses_stops_the_start_and_harms_nobody()
    {
        await using GatewayProcess gateway = await GatewayProcess.StartAsync(GatewaySettings.For(issuer: new TestIssuer()));
        (int code, string output) = await GatewayProcess.CommandAsync(gateway.Folder.Path, "--config", gateway.ConfigFile);
        Assert.Equal(1, code);
        Assert.Contains("in use by another gateway", output);
        await gateway.RevokeSessionAsync("one");
    }
}

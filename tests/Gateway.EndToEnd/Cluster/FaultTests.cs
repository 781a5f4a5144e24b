using Xunit.Abstractions;

namespace Gateway.EndToEnd.Cluster;

/// <summary>
/// The promise, under faults, with real processes. <c>GATEWAY_FAULT_SEED</c> repeats a schedule; <c>GATEWAY_FAULT_SECONDS</c> sets its
/// length.
/// </summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    [Fact]
    public Task The_promise_holds_while_everything_fails() => RunAsync(60);

    [LongFact]
    public Task The_promise_holds_for_an_hour() => RunAsync(3600);

    private async Task RunAsync(double seconds)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_FAULT_SEED"), out int given)
            ? given
            : Random.Shared.Next(1, 1_000_000);
        if (double.TryParse(Environment.GetEnvironmentVariable("GATEWAY_FAULT_SECONDS"), out double length)) seconds = length;
        output.WriteLine($"seed {seed}, {seconds} s");
        await using FaultRun run = new(seed, seconds, output.WriteLine);
        await run.RunAsync();
        output.WriteLine(run.Summary);
        Console.WriteLine($"FaultTests: seed {seed}: {run.Summary}");
        Assert.True(run.Ledger.Violations.Count == 0,
            $"seed {seed}: {run.Ledger.Violations.Count} violations\n{string.Join('\n', run.Ledger.Violations.Take(20))}\n{run.Outputs}");
        Assert.True(run.Ledger.Everywhere > 5,
            $"seed {seed}: hardly any logout was answered \"enforced on all\": {run.Summary}\n{run.Outputs}");
    }
}

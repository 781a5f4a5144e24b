using System.Globalization;
using Xunit.Abstractions;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>Whether memory stays: what the second half of a run adds, when the first has warmed everything up.</summary>
internal static class ResidentMemory
{
    private const long Most = 32L << 20;

    // What stays is added every time; what the collector has not yet given back is not.
    private const int Attempts = 4;

    /// <summary>For the gateway's process: a small youngest generation, so that what is in use is what is seen.</summary>
    public static IEnumerable<KeyValuePair<string, string?>> Environment { get; } =
        [new("DOTNET_GCgen0size", "0x1000000"), new("DOTNET_GCConserveMemory", "5")];

    public static async Task StaysAsync(ChildProcess process, ITestOutputHelper output, Func<Task> half)
    {
        await half();
        long before = Of(process);
        for (int attempt = 1; ; attempt++)
        {
            await half();
            long after = Of(process), added = after - before;
            output.WriteLine($"memory: {before >> 20} MB, {after >> 20} MB after as much again");
            if (added < Most) return;
            Assert.True(attempt < Attempts, $"{added >> 20} MB more with every {Attempts} halves");
            before = after;
        }
    }

    private static long Of(ChildProcess process)
        => long.Parse(File.ReadLines($"/proc/{process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal))
            .Split((char[])[' ', '\t', ':'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
}

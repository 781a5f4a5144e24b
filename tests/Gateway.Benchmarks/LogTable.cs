using System.Diagnostics;
using System.Globalization;
using Gateway.Cluster;
using Gateway.Cluster.Sqlite;
using Gateway.Revocation;
using Gateway.Store.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>Appends to the embedded log, each answered after it is on the disk, by one caller and by many who share commits;
/// then a start with a million of them.</summary>
internal static class LogTable
{
    public static async Task PrintAsync()
    {
        string folder = Directory.CreateTempSubdirectory("gateway-benchmark-").FullName;
        try
        {
            string path = Path.Combine(folder, "gateway.db");
            using (SqliteDatabase database = new(path, claim: true, NullLogger<SqliteDatabase>.Instance))
            {
                SqliteLog log = new(database, new Node(), TimeProvider.System);
                Console.WriteLine("| callers | appends a second | p50, ms | p99, ms |");
                Console.WriteLine("|---:|---:|---:|---:|");
                foreach (int callers in (int[])[1, 16, 256]) await AppendAsync(log, callers, callers == 1 ? 1_000 : 10_000);
                await FillAsync(new FactTable(database), 1_000_000);
            }
            long started = Stopwatch.GetTimestamp();
            using SqliteDatabase again = new(path, claim: true, NullLogger<SqliteDatabase>.Instance);
            TimeSpan check = Stopwatch.GetElapsedTime(started);
            RevocationIndex index = new(TimeSpan.FromSeconds(1));
            SqliteLog whole = new(again, new Node(), TimeProvider.System);
            int facts = 0;
            LogPage page;
            Task<LogPage>? ahead = whole.ReadFromAsync(LogPosition.Start, 1000, default);
            do
            {
                page = await ahead!;
                // As the log follower does it: the next page comes while this one is applied.
                LogPosition next = page.Next;
                ahead = page.End ? null : Task.Run(() => whole.ReadFromAsync(next, 1000, default));
                foreach (LogEntry entry in page.Entries) index.Apply(entry.Fact);
                facts += page.Entries.Count;
            }
            while (!page.End);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"\nStart with {facts:N0} facts in a file of {new FileInfo(path).Length / 1048576:N0} MB: checked "
                    + $"in {check.TotalSeconds:0.0} s, applied after {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s."));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task AppendAsync(SqliteLog log, int callers, int appends)
    {
        double[] milliseconds = new double[appends];
        int next = -1;
        long started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => Task.Run(async () =>
        {
            for (int i; (i = Interlocked.Increment(ref next)) < appends;)
            {
                long asked = Stopwatch.GetTimestamp();
                await log.AppendAsync(Revocation($"{callers}-{i}"), default);
                milliseconds[i] = Stopwatch.GetElapsedTime(asked).TotalMilliseconds;
            }
        })));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Array.Sort(milliseconds);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {callers} | {appends / seconds:N0} | {milliseconds[appends / 2]:0.00} | {milliseconds[appends * 99 / 100]:0.00} |"));
    }

    /// <summary>Puts so many revocations into a file.</summary>
    public static async Task FillAsync(FactTable table, int facts)
    {
        const int batch = 10_000;
        for (int from = 0; from < facts; from += batch)
            await table.ReplicateAsync([.. Enumerable.Range(from, batch)
                .Select(i => new LogEntry(new("copied", i + 1), Revocation("filler-" + i)))], new("copied", from + batch), default);
    }

    private static Fact.Revocation Revocation(string session) => new()
    {
        Id = Guid.CreateVersion7(), At = DateTimeOffset.UtcNow, Expires = DateTimeOffset.UtcNow.AddDays(30), Actor = "benchmark",
        Target = new Target.Session("main", session),
    };
}

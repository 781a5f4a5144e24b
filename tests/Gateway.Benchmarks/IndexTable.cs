using System.Diagnostics;
using System.Globalization;
using Gateway.Revocation;
using Gateway.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>The look-up in the index in a few seconds, for a README and for a change that may have made it slower.</summary>
internal static class IndexTable
{
    private const int Identities = 4096, Rounds = 5;

    public static void Print()
    {
        Console.WriteLine(
            "| revocations | asked again, ns | asked afresh, ns | refused, ns | bytes allocated | memory a revocation, bytes | applied a "
                + "second |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|");
        foreach (int facts in (int[])[0, 1_000, 1_000_000])
        {
            long empty = Settled();
            long started = Stopwatch.GetTimestamp();
            RevocationIndex index = IndexFacts.Fill(facts);
            double filling = Stopwatch.GetElapsedTime(started).TotalSeconds;
            long held = Settled() - empty;
            SessionIdentity[] good = IndexFacts.Good(Identities);
            SessionIdentity[] bad = [.. Enumerable.Range(0, Math.Min(facts, Identities)).Where(i => i % 10 != 0)
                .Select(i => new SessionIdentity("main", "revoked-session-" + i))];

            long before = GC.GetAllocatedBytesForCurrentThread();
            double again = Nanoseconds(good, identity => index.IsRevoked(identity));
            double afresh = Nanoseconds(good, identity => { identity.FoundGoodBy = null; return index.IsRevoked(identity); });
            double refused = bad.Length == 0 ? double.NaN : Nanoseconds(bad, identity => index.IsRevoked(identity));
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            GC.KeepAlive(index);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {facts:N0} | {again:0.0} | {afresh:0.0} "
                    + $"| {(double.IsNaN(refused) ? "–" : refused.ToString("0.0", CultureInfo.InvariantCulture))} "
                    + $"| {allocated / (3L * Rounds * 1_000_000):0} "
                    + $"| {(facts == 0 ? "–" : (held / facts).ToString(CultureInfo.InvariantCulture))} "
                    + $"| {(facts < 100_000 ? "–" : (facts / filling).ToString("N0", CultureInfo.InvariantCulture))} |"));
        }
    }

    /// <summary>What the registry of sessions costs a request whose session was noted within the last second.</summary>
    public static void PrintNote()
    {
        SessionRegistry registry = new(new NoStore(), new SessionsOptions(), TimeProvider.System, NullLogger<SessionRegistry>.Instance);
        DefaultHttpContext context = new();
        SessionIdentity[] good = IndexFacts.Good(Identities);
        double note = Nanoseconds(good, identity => { registry.Note(identity, context); return true; });
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"\nNoting a session that was noted within the last second: {note:0.0} ns."));
    }

    private sealed class NoStore : ISessionStore
    {
        public Task SaveAsync(IReadOnlyList<SeenSession> sessions, CancellationToken cancellation) => Task.CompletedTask;
        public ValueTask<SeenSession?> FindAsync(string realm, string id, CancellationToken cancellation) => default;
        public ValueTask<IReadOnlyList<SeenSession>> ListAsync(SessionFilter filter, DateTimeOffset now, int offset, int count,
            CancellationToken cancellation) => new([]);
        public Task WalkAsync(SessionFilter filter, DateTimeOffset now, Action<SeenSession> visit, CancellationToken cancellation)
            => Task.CompletedTask;
        public ValueTask<int> CountAsync(SessionFilter filter, DateTimeOffset now, CancellationToken cancellation) => default;
        public Task ForgetAsync(DateTimeOffset now, CancellationToken cancellation) => Task.CompletedTask;
    }

    // The best round: what the machine does besides can only make it slower.
    private static double Nanoseconds(SessionIdentity[] identities, Func<SessionIdentity, bool> ask)
    {
        const int asks = 1_000_000;
        double best = double.MaxValue;
        int yes = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long started = Stopwatch.GetTimestamp();
            for (int i = 0, at = 0; i < asks; i++, at = at + 1 == identities.Length ? 0 : at + 1)
                if (ask(identities[at])) yes++;
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalNanoseconds / asks);
        }
        GC.KeepAlive(yes);
        return best;
    }

    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}

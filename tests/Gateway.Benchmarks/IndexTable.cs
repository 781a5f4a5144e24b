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
    private const int Identities = 4096, Many = 200_000, Rounds = 5;

    public static void Print()
    {
        Console.WriteLine("| revocations | asked again, ns | asked afresh, ns | afresh, one of many, ns | refused, ns "
            + "| refused, one of many, ns | bytes allocated | memory a revocation, bytes | applied a second | longest of them, ms "
            + "| longest time to forget, ms |");
        Console.WriteLine("|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        foreach (int facts in (int[])[0, 1_000, 10_000, 100_000, 1_000_000, 10_000_000])
        {
            long empty = Settled();
            RevocationIndex index = new(TimeSpan.FromSeconds(1));
            (double filling, double longest) = IndexFacts.Fill(index, facts);
            long held = Settled() - empty;
            SessionIdentity[] good = IndexFacts.Good(Identities), many = IndexFacts.Good(Many);
            SessionIdentity[] bad = Bad(Identities), manyBad = Bad(Many);

            long before = GC.GetAllocatedBytesForCurrentThread();
            double again = Nanoseconds(good, identity => index.IsRevoked(identity));
            double afresh = Afresh(good), cold = Afresh(many);
            double refused = Nanoseconds(bad, identity => index.IsRevoked(identity));
            double refusedCold = Nanoseconds(manyBad, identity => index.IsRevoked(identity));
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            double forgetting = Forget(index);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {facts:N0} | {again:0.0} | {afresh:0.0} | {cold:0.0} | {Figure(refused)} | {Figure(refusedCold)} "
                    + $"| {allocated / (5L * Rounds * 1_000_000):0} | {Figure(facts == 0 ? double.NaN : held / facts)} "
                    + $"| {(facts < 100_000 ? "–" : (facts / filling).ToString("N0", CultureInfo.InvariantCulture))} "
                    + $"| {longest:0.0} | {forgetting:0.0} |"));

            double Afresh(SessionIdentity[] identities)
                => Nanoseconds(identities, identity => { identity.FoundGoodBy = null; return index.IsRevoked(identity); });

            SessionIdentity[] Bad(int count) => [.. Enumerable.Range(0, Math.Min(facts, count)).Where(i => i % 10 != 0)
                .Select(i => new SessionIdentity("main", "revoked-session-" + i))];
        }
    }

    private static string Figure(double value) => double.IsNaN(value) ? "–" : value.ToString("0.0", CultureInfo.InvariantCulture);

    // All have expired; the writer has the lock for so long at a time.
    private static double Forget(RevocationIndex index)
    {
        double longest = 0;
        DateTimeOffset now = IndexFacts.Now.AddDays(60);
        for (int call = 0; call < 20_000 && index.Count > 0; call++)
        {
            long started = Stopwatch.GetTimestamp();
            index.Forget(now.AddSeconds(call));
            longest = Math.Max(longest, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        return longest;
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
        if (identities.Length == 0) return double.NaN;
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

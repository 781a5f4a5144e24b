using System.Diagnostics;
using Gateway.Revocation;

namespace Gateway.Benchmarks;

internal static class IndexFacts
{
    private const int MadeAtATime = 1000;

    public static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static RevocationIndex Fill(int facts)
    {
        RevocationIndex index = new(TimeSpan.FromSeconds(1));
        Fill(index, facts);
        return index;
    }

    /// <summary>Makes facts, a tenth of them cut-offs of subjects, and applies them.</summary>
    /// <returns>Seconds that applying took without making, and the milliseconds of the longest thousand.</returns>
    public static (double Seconds, double Longest) Fill(RevocationIndex index, int facts)
    {
        Fact[] made = new Fact[Math.Min(facts, MadeAtATime)];
        double seconds = 0, longest = 0;
        for (int from = 0; from < facts; from += made.Length)
        {
            for (int n = 0; n < made.Length; n++)
            {
                int i = from + n;
                made[n] = new Fact.Revocation
                {
                    Id = Guid.CreateVersion7(), At = Now, Expires = Now.AddDays(30), Actor = "benchmark",
                    Target = i % 10 == 0 ? new Target.Subject("main", "revoked-user-" + i)
                        : new Target.Session("main", "revoked-session-" + i),
                };
            }
            long started = Stopwatch.GetTimestamp();
            foreach (Fact fact in made) index.Apply(fact);
            double took = Stopwatch.GetElapsedTime(started).TotalSeconds;
            seconds += took;
            longest = Math.Max(longest, took * 1000);
        }
        return (seconds, longest);
    }

    /// <summary>Identities with all that can be asked about, none of them revoked.</summary>
    public static SessionIdentity[] Good(int count) => [.. Enumerable.Range(0, count).Select(i => new SessionIdentity(
        "main", "session-" + i, "user-" + i, "token-" + i, "fingerprint-" + i, "client-" + i % 8, authenticatedAt: Now, issuedAt: Now))];
}

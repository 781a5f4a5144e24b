using Gateway.Revocation;

namespace Gateway.Benchmarks;

internal static class IndexFacts
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public static RevocationIndex Fill(int facts)
    {
        RevocationIndex index = new(TimeSpan.FromSeconds(1));
        for (int i = 0; i < facts; i++)
        {
            index.Apply(new Fact.Revocation
            {
                Id = Guid.CreateVersion7(), At = Now, Expires = Now.AddDays(30), Actor = "benchmark",
                Target = i % 10 == 0 ? new Target.Subject("main", "revoked-user-" + i) : new Target.Session("main", "revoked-session-" + i),
            });
        }
        return index;
    }

    /// <summary>Identities with all that can be asked about, none of them revoked.</summary>
    public static SessionIdentity[] Good(int count) => [.. Enumerable.Range(0, count).Select(i => new SessionIdentity(
        "main", "session-" + i, "user-" + i, "token-" + i, "fingerprint-" + i, "client-" + i % 8, authenticatedAt: Now, issuedAt: Now))];
}

using Gateway.Revocation;

namespace Gateway.Tests.Revocation;

[Collection(Alone.Name)]
public sealed class RevocationMemoryTests
{
    [Fact]
    public void A_revocation_takes_64_bytes_all_told()
    {
        const int facts = 500_000;
        DateTimeOffset now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        RevocationIndex index = new(TimeSpan.Zero);
        for (int n = 0; n < facts; n++)
            index.Apply(new Fact.Revocation
            {
                Id = Guid.CreateVersion7(), At = now, Expires = now.AddDays(30), Actor = "a",
                Target = n % 2 == 0 ? new Target.Session("main", "s" + n) : new Target.Subject("main", "u" + n),
            });
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.Equal(facts, index.Count);
        // What else this process holds may change a little meanwhile.
        Assert.InRange(held / facts, 48, 68);
        GC.KeepAlive(index);
    }
}

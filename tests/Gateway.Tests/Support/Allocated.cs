namespace Gateway.Tests.Support;

internal static class Allocated
{
    /// <summary>Gives the bytes that the rounds allocated on this thread. The runtime itself allocates a little now and then, as when it
    /// replaces code by faster code: less than a byte a round is nothing.</summary>
    public static long By(int rounds, Action round)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int n = 0; n < rounds; n++) round();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

using Xunit.Abstractions;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>The seed of a run, said in its output and set with <c>GATEWAY_FUZZ_SEED</c>; and how much is sent.</summary>
internal static class FuzzSeed
{
    public static Random Start(ITestOutputHelper output)
    {
        int seed = int.TryParse(Environment.GetEnvironmentVariable("GATEWAY_FUZZ_SEED"), out int given) ? given : Random.Shared.Next();
        output.WriteLine($"GATEWAY_FUZZ_SEED={seed}");
        return new Random(seed);
    }

    /// <summary>Gives the first, or under <c>tests/run.sh --long</c> the second.</summary>
    public static int Count(int usual, int inLongTests) => LongFactAttribute.Wanted ? inLongTests : usual;

    public static T Pick<T>(this Random random, params T[] from) => from[random.Next(from.Length)];

    /// <summary>True once in so many times.</summary>
    public static bool Once(this Random random, int times) => random.Next(times) == 0;
}

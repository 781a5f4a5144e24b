namespace Gateway.Tests.Support;

/// <summary>A test that takes minutes or hours: it runs only under <c>tests/run.sh --long</c>.</summary>
public sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute()
    {
        if (Environment.GetEnvironmentVariable("GATEWAY_LONG_TESTS") is not "1") Skip = "Long: bash tests/run.sh --long runs it.";
    }
}

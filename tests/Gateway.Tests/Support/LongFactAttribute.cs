namespace Gateway.Tests.Support;

/// <summary>A test that takes minutes or hours: it runs only under <c>tests/run.sh --long</c>.</summary>
public sealed class LongFactAttribute : FactAttribute
{
    public const string Reason = "Long: bash tests/run.sh --long runs it.";

    public LongFactAttribute()
    {
        if (!Wanted) Skip = Reason;
    }

    public static bool Wanted { get; } = Environment.GetEnvironmentVariable("GATEWAY_LONG_TESTS") is "1";
}

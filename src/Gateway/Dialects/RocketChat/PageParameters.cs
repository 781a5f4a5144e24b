namespace Gateway.Dialects.RocketChat;

/// <summary>As they came; a missing one is null.</summary>
internal sealed record PageParameters(double? Offset, double? Count, string? Filter, string? Sort)
{
    private const int DefaultCount = 50, MaxCount = 100;

    public int FirstRow => Offset is > 0 ? (int)Math.Min(Offset.Value, int.MaxValue) : 0;

    /// <summary>The page size; it is echoed in the answer, whatever the number of rows.</summary>
    public int Rows => Count is >= 1 ? (int)Math.Min(Count.Value, MaxCount) : DefaultCount;
}

namespace Gateway.Dialects;

/// <summary>The first so many of what is added, in an order, and the number of all. What comes behind them is dropped on the
/// way, so that a page of a long list takes the memory of what comes before its end.</summary>
/// <param name="order">Total: no two items are equal.</param>
/// <param name="count">How many are wanted; 0 only counts.</param>
internal sealed class FirstOf<T>(Comparison<T> order, long count)
{
    // Sorting as many again at a time costs little for each.
    private const int Least = 1024;

    private readonly List<T> _kept = [];
    private bool _full;

    /// <summary>How many were added.</summary>
    public int Total { get; private set; }

    public void Add(T item)
    {
        Total++;
        if (count <= 0 || (_full && order(item, _kept[(int)count - 1]) > 0)) return;
        _kept.Add(item);
        if (_kept.Count >= Math.Max(Least, 2 * count)) Cut();
    }

    /// <summary>Lists them in order.</summary>
    public IReadOnlyList<T> Items()
    {
        Cut();
        return _kept;
    }

    private void Cut()
    {
        _kept.Sort(order);
        if (_kept.Count < count) return;
        _kept.RemoveRange((int)count, _kept.Count - (int)count);
        _full = true;
    }
}

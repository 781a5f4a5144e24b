namespace Gateway.Enforcement.Endings;

internal static class Deadlines
{
    /// <summary>Tells whether a task ends, in whatever way, within a time.</summary>
    public static async ValueTask<bool> WithinAsync(this Task task, TimeSpan limit, TimeProvider time)
    {
        if (!task.IsCompleted) await task.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}

using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Gateway.Tests.Support;

/// <summary>Waits for something to become true, with a deadline: the tests' one way to wait for what sends no event.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    public static Task TrueAsync(Func<bool> condition, TimeSpan? within = null,
    [CallerArgumentExpression(nameof(condition))] string what = "")
        => TrueAsync(() => Task.FromResult(condition()), within, what);

    public static async Task TrueAsync(Func<Task<bool>> condition, TimeSpan? within = null,
    [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        TimeSpan limit = within ?? Deadline;
        Stopwatch waited = Stopwatch.StartNew();
        while (!await condition())
        {
            if (waited.Elapsed > limit) throw new TimeoutException($"Not within {limit.TotalSeconds:0.#} s: {what}");
            await Task.Delay(Pause);
        }
    }

    /// <summary>Repeats assertions until they hold; at the deadline the last failure is thrown.</summary>
    public static async Task PassesAsync(Func<Task> assertions, TimeSpan? within = null)
    {
        TimeSpan limit = within ?? Deadline;
        Stopwatch waited = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await assertions();
                return;
            }
            catch (Exception) when (waited.Elapsed < limit)
            {
                await Task.Delay(Pause);
            }
        }
    }

    /// <summary>The first value that is not null.</summary>
    public static async Task<T> ValueAsync<T>(Func<Task<T?>> get, TimeSpan? within = null,
    [CallerArgumentExpression(nameof(get))] string what = "") where T : class
    {
        T? value = null;
        await TrueAsync(async () => (value = await get()) is not null, within, what);
        return value!;
    }

    /// <summary>A task with a deadline, so that a test that would hang says where.</summary>
    public static async Task<T> WithinAsync<T>(this Task<T> task, TimeSpan? limit = null,
    [CallerArgumentExpression(nameof(task))] string what = "")
    {
        await ((Task)task).WithinAsync(limit, what);
        return await task;
    }

    public static async Task WithinAsync(this Task task, TimeSpan? limit = null, [CallerArgumentExpression(nameof(task))] string what = "")
    {
        try { await task.WaitAsync(limit ?? Deadline); }
        catch (TimeoutException)
            when (!task.IsCompleted) { throw new TimeoutException($"Not within {(limit ?? Deadline).TotalSeconds:0.#} s: {what}"); }
    }
}

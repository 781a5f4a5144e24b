using System.Globalization;

namespace Gateway.EndToEnd.Fuzz;

/// <summary>Whether something is quick, on a machine that does other things as well.</summary>
internal static class Quick
{
    public static readonly TimeSpan Most = TimeSpan.FromMilliseconds(50);

    private const int Times = 5;

    /// <summary>Repeats what took too long, alone, and gives the least that it took. What the gateway's threads and the test's own
    /// waited for a processor is the machine's doing and is taken off; what the gateway itself waits for is not.</summary>
    public static async Task<TimeSpan> LeastAsync(ChildProcess gateway, TimeSpan first, Func<Task<TimeSpan>> again)
    {
        TimeSpan least = first;
        for (int time = 0; time < Times && least > Most; time++)
        {
            TimeSpan before = WaitedForProcessor(gateway.Id) + WaitedForProcessor(Environment.ProcessId);
            TimeSpan took = await again();
            took -= WaitedForProcessor(gateway.Id) + WaitedForProcessor(Environment.ProcessId) - before;
            if (took < least) least = took;
        }
        return least;
    }

    // Linux: the second number of each thread's schedstat, in nanoseconds.
    private static TimeSpan WaitedForProcessor(int process)
    {
        double nanoseconds = 0;
        foreach (string thread in Directory.GetDirectories($"/proc/{process}/task"))
        {
            try
            {
                nanoseconds += double.Parse(File.ReadAllText(Path.Combine(thread, "schedstat")).Split(' ')[1],
                    CultureInfo.InvariantCulture);
            }
            catch (IOException) { /* a thread that has just ended */ }
        }
        return TimeSpan.FromMicroseconds(nanoseconds / 1000);
    }
}

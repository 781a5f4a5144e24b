namespace Gateway.Hosting;

/// <summary>Which loops do not run as they should; for <c>/readyz</c> and the metrics.</summary>
internal sealed class LoopStates(IEnumerable<Loop> loops)
{
    private readonly Loop[] _loops = [.. loops];

    /// <summary>Tells what does not run now, and why; empty when all is well.</summary>
    public IEnumerable<string> Troubles()
    {
        foreach (Loop loop in _loops)
            if (loop.Trouble is { } trouble) yield return $"A loop has failed and is started again: {loop.Work}. {trouble}";
            else if (loop.StandsStill) yield return $"A loop stands still: {loop.Work}.";
    }

    /// <summary>Tells how often each has failed since the start.</summary>
    public IEnumerable<(string Work, long Failures)> Failures() => _loops.Select(loop => (loop.Work, loop.Failures));
}

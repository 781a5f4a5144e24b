namespace Gateway.Hosting;

/// <summary>
/// Work that goes on as long as the process: a background service with one owner (<see cref="LoopOwner{T}"/>), which starts it
/// again when it fails, and a pulse, so that one that stands still is seen.
/// </summary>
internal abstract class Loop : BackgroundService
{
    private long _beat;

    /// <summary>What it does, in words for an operator: "reading the revocation log".</summary>
    public abstract string Work { get; }

    /// <summary>A round takes no longer than this; one that does stands still. Infinite for a loop that waits for events.</summary>
    public virtual TimeSpan RoundTakesAtMost => Timeout.InfiniteTimeSpan;

    /// <summary>Why it does not run now; null while it runs.</summary>
    public string? Trouble { get; internal set; }

    /// <summary>How often it has failed since the start of the process.</summary>
    public long Failures { get; internal set; }

    /// <summary>Set by the owner.</summary>
    internal TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Says that a round begins.</summary>
    protected internal void Beat() => Volatile.Write(ref _beat, Time.GetTimestamp());

    /// <summary>Whether its last round takes longer than a round may.</summary>
    public bool StandsStill
        => RoundTakesAtMost != Timeout.InfiniteTimeSpan && Volatile.Read(ref _beat) is not 0 and var beat
            && Time.GetElapsedTime(beat) > RoundTakesAtMost;
}

using Gateway.Hosting;

namespace Gateway.Store;

/// <summary>
/// Calls of strangers in the audit: the first from an address within a minute is an entry, and how many more there were is another when
/// the minute is over. So a flood of wrong keys cannot push everything else out of it.
/// </summary>
internal sealed class RefusalTally(AuditLog audit, TimeProvider time) : Loop
{
    /// <summary>Addresses within one minute; what comes from further ones is counted together.</summary>
    public const int MostAddresses = 200;

    private const string Elsewhere = "other addresses";
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long? _began;

    public override string Work => "counting the calls of strangers";

    /// <summary>Records or counts a call that said nothing good of who makes it.</summary>
    public void Refused(Actor actor, string action)
    {
        string address = actor.Address ?? "";
        bool isFirst;
        lock (_lock)
        {
            TellIfOver();
            _began ??= time.GetTimestamp();
            if (_counts.Count >= MostAddresses && !_counts.ContainsKey(address)) address = Elsewhere;
            isFirst = !_counts.TryGetValue(address, out int count);
            _counts[address] = count + 1;
        }
        if (isFirst && address != Elsewhere) audit.Record(actor, action, outcome: AuditOutcome.Refused);
    }

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using PeriodicTimer timer = new(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
                lock (_lock) TellIfOver();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            lock (_lock) Tell();
        }
    }

    private void TellIfOver()
    {
        if (_began is { } began && time.GetElapsedTime(began) >= Minute) Tell();
    }

    private void Tell()
    {
        foreach ((string address, int count) in _counts)
        {
            int more = address == Elsewhere ? count : count - 1;
            if (more > 0)
                audit.Record(new Actor("anonymous", address.Length == 0 ? null : address), "calls without a good key",
                    outcome: AuditOutcome.Refused, detail: $"{more} more within a minute");
        }
        _counts = new(StringComparer.Ordinal);
        _began = null;
    }
}

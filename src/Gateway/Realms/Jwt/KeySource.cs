namespace Gateway.Realms.Jwt;

/// <summary>Where an issuer's keys come from. Readers take <see cref="Current"/> without a lock.</summary>
internal abstract class KeySource(string realm)
{
    private readonly TaskCompletionSource _tried = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private KeySet? _current;
    private int _generation;
    private long _readAt;
    private string? _trouble = "its keys have not been read yet";

    protected string Realm { get; } = realm;

    /// <summary>Null until keys were read for the first time.</summary>
    public KeySet? Current => Volatile.Read(ref _current);

    /// <summary>Grows with each change of keys.</summary>
    public int Generation => Volatile.Read(ref _generation);

    /// <summary>How many there are and when they were read last; null while there are none.</summary>
    public KeysRead? LastRead => Current is { } keys ? new(keys.Count, new(Volatile.Read(ref _readAt), TimeSpan.Zero)) : null;

    /// <summary>What went wrong at the last attempt; null when nothing did.</summary>
    public string? Trouble => Volatile.Read(ref _trouble);

    /// <summary>Done after the first attempt to read keys, however that went.</summary>
    public Task Tried => _tried.Task;

    /// <summary>The issuer, as far as it is known.</summary>
    public abstract string? Issuer { get; }

    /// <summary>Gives the keys, fetched first where there are none; null when that fails.</summary>
    public abstract ValueTask<KeySet?> ReadyAsync();

    /// <summary>Gives the keys after a look for new ones, since a token names one that is unknown; at most one look each
    /// <c>RefreshAtMostEvery</c>, shared by all who ask meanwhile.</summary>
    public abstract ValueTask<KeySet?> LookForNewAsync();

    /// <summary>Gives the same for one name.</summary>
    public virtual ValueTask<KeySet?> LookForAsync(string keyId) => LookForNewAsync();

    public abstract Task UpkeepAsync(CancellationToken cancellation);

    public abstract Task<string?> ProbeAsync(CancellationToken cancellation);

    /// <summary>Tells whether the keys are others than before.</summary>
    protected bool Publish(KeySet keys, DateTimeOffset now)
    {
        Volatile.Write(ref _trouble, null);
        Volatile.Write(ref _readAt, now.UtcTicks);
        bool changed = _current?.Text != keys.Text;
        if (changed)
        {
            Volatile.Write(ref _current, keys);
            Interlocked.Increment(ref _generation);
        }
        _tried.TrySetResult();
        return changed;
    }

    /// <summary>Says what of a key set was passed over; empty for nothing.</summary>
    protected static string PassedOver(KeySet keys) => keys.Passed.Count == 0 ? "" : $"; passed over: {string.Join("; ", keys.Passed)}";

    protected void Fail(string trouble)
    {
        Volatile.Write(ref _trouble, trouble);
        _tried.TrySetResult();
    }

    /// <summary>Reads a key set (RFC 7517 section 5) entry by entry: one that is odd, or for another use, is passed over.</summary>
    /// <param name="kept">What the keys were read from, to compare and to keep.</param>
    /// <exception cref="FormatException">No key set, or one without a single key to verify with.</exception>
    protected static KeySet Read(string issuer, string text, string kept)
    {
        KeyEntries entries = KeyEntries.Read(text);
        return entries.Keys.Count > 0 ? new KeySet(issuer, entries.Keys, kept) { Passed = entries.Passed }
            : throw new FormatException("The key set holds no key that signatures can be verified with (RFC 7517; kty RSA, EC or oct, use "
                + $"sig){(entries.Passed.Count == 0 ? "." : ": " + string.Join("; ", entries.Passed) + ".")}");
    }
}

using Gateway.Store;

namespace Gateway.Tests.Realms;

/// <summary>A store of one value, which changes by compare-and-set.</summary>
internal sealed class OneKey : IVersionedStore
{
    private readonly Lock _lock = new();
    private VersionedValue _value = VersionedValue.None;

    public string? LocalFile => null;
    public bool HasReplica => false;

    public Task<VersionedValue> ReadAsync(Keyspace space, string key, CancellationToken cancellation)
    {
        lock (_lock) return Task.FromResult(_value);
    }

    public Task<bool> ReplaceAsync(Keyspace space, string key, VersionedValue present, string? value, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_value != present) return Task.FromResult(false);
            _value = new(_value.Version + 1, value);
            return Task.FromResult(true);
        }
    }

    public Task<IReadOnlyList<KeyValuePair<string, string>>> ListAsync(Keyspace space, string prefix, CancellationToken cancellation)
        => throw new NotSupportedException();

    public Task<bool> CatchUpAsync(Keyspace space, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<int> RestoreAsync(string epoch, CancellationToken cancellation) => throw new NotSupportedException();
}

using Gateway.Revocation;
using Gateway.Store;
using Gateway.Store.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>The revocation log of a cluster: a stream in Redis, and scripts that are each one step.</summary>
internal sealed class RedisLog : IClusterLog, IAsyncDisposable
{
    private readonly RedisConnection _redis;
    private readonly TimeProvider _time;
    private readonly LogCaller _caller;
    private readonly LogReader _reader;
    private readonly LogAppends _appends;
    private readonly Followers _followers;
    private readonly TimeSpan _keepFor;
    private readonly string _node;

    public RedisLog(RedisConnection redis, ClusterWatch watch, ReplicaQuorum quorum, ClusterOptions cluster, RevocationOptions revocation,
        TimeProvider time)
    {
        (_redis, _time, _keepFor, _node) = (redis, time, revocation.KeepFor, watch.Read((view, _) => view.Self));
        _caller = new(redis, watch, cluster, time);
        _reader = new(_caller, redis.Reads, watch, time);
        _followers = new(_caller);
        _appends = new(_caller, _followers, redis, watch, quorum, revocation.KeepFor, time);
    }

    public Task<Appended> AppendAsync(Fact fact, IReadOnlyList<Fact> together, CancellationToken cancellation)
        => _appends.AppendAsync([.. together, fact], cancellation);

    public Task<LogPage> ReadFromAsync(LogPosition after, int limit, CancellationToken cancellation)
        => _reader.ReadFromAsync(after, limit, cancellation);

    public async Task<LogPosition> HeadAsync(CancellationToken cancellation)
    {
        ClusterState state = (await _caller.AskAsync(_redis.Reads, new LookCall(), cancellation)).State;
        return new LogPosition(state.Epoch, state.Head);
    }

    public async Task<(ClusterState State, long Asked)> RenewAsync(Renewal renewal, TimeSpan limit, CancellationToken cancellation)
    {
        long asked = _time.GetTimestamp();
        ClusterState state = (await _redis.Leases.RunAsync(new RenewCall(renewal), _caller.Keys, limit, cancellation)).State;
        _redis.Clock.Saw(state.Now, asked);
        return (state, asked);
    }

    public Task<int> FollowersAsync(string epoch, int wanted, TimeSpan atMost, CancellationToken cancellation)
        => _followers.CountAsync(_redis.Leases, epoch, wanted, atMost, cancellation);

    public Task AcknowledgeAsync(string node, LogPosition applied, CancellationToken cancellation)
        => _caller.AskAsync(_redis.Leases, new AcknowledgeCall(node, applied, Acknowledged), cancellation);

    public Task RemoveAsync(string node, long? serial, CancellationToken cancellation)
        => _caller.AskAsync(_redis.Leases, new RemoveCall(node, serial), cancellation);

    public async Task<(string Epoch, IReadOnlyList<Fact> Missing)> MissingAsync(IReadOnlyList<Fact> facts, CancellationToken cancellation)
    {
        (ClusterState state, IReadOnlyList<Fact> missing) = await _caller.AskAsync(_redis.General, new MissingCall(_redis.Prefix, facts),
            cancellation);
        return (state.Epoch, missing);
    }

    public async Task<(bool Holds, string Epoch)> HoldsAsync(Fact fact, CancellationToken cancellation)
    {
        (string epoch, IReadOnlyList<Fact> missing) = await MissingAsync([fact], cancellation);
        return (missing.Count == 0, epoch);
    }

    public Task<string> RestoreAsync(IReadOnlyList<Fact> facts, CancellationToken cancellation)
        => _appends.RestoreAsync(facts, cancellation);

    public async Task<Trimmed> TrimAsync(int page, bool front, TimeSpan apart, CancellationToken cancellation)
        => (await _caller.AskAsync(_redis.General,
            new TrimCall(_time.GetUtcNow(), page, _keepFor, front, _node, _redis.Prefix + ":trimming", apart), cancellation)).Result;

    public void Hear(Action more, Action acknowledged)
    {
        _redis.Bells.Subscribe(LogAppends.BellOf(_redis), _ => more());
        _redis.Bells.Subscribe(Acknowledged, _ => acknowledged());
    }

    public Task LookAsync(CancellationToken cancellation) => _caller.AskAsync(_redis.Leases, new LookCall(), cancellation);

    public Task HearsAsync(TimeSpan limit, CancellationToken cancellation) => _redis.Bells.PingAsync(limit, cancellation);

    public ValueTask DisposeAsync() => _appends.DisposeAsync();

    private string Acknowledged => _redis.Prefix + ":acks";
}

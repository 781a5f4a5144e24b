using System.Net;
using Gateway.Hosting;
using StackExchange.Redis;

namespace Gateway.Store.Redis;

/// <summary>Hears <c>+switch-master</c> from every sentinel, and asks them each second in case none was heard; when the
/// master is another, every connection is thrown away and made anew. Only where the connection string names sentinels.</summary>
internal sealed partial class SentinelWatch(RedisConnection connection, TimeProvider time, ILogger<SentinelWatch> logger) : Loop
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);
    private static readonly RedisChannel SwitchMaster = RedisChannel.Literal("+switch-master");
    private readonly SemaphoreSlim _heard = new(0, 1);

    public override string Work => "following the master that the sentinels name";

    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        RedisTopology topology = connection.Topology;
        Dictionary<EndPoint, ConnectionMultiplexer> listening = [];
        try
        {
            while (true)
            {
                await ListenAsync(topology, listening, stopping);
                EndPoint?[] named = await Task.WhenAll(
                    listening.Select(sentinel => AskAsync(topology, sentinel.Key, sentinel.Value, stopping)));
                if (RedisTopology.MostNamed(named) is { } master && connection.LeaveUnless(RedisTopology.Name(master)))
                    Moved(logger, RedisTopology.Name(master));
                await _heard.WaitAsync(Every, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            foreach (ConnectionMultiplexer multiplexer in listening.Values) _ = RedisTopology.CloseAsync(multiplexer);
        }
    }

    private async Task<EndPoint?> AskAsync(RedisTopology topology, EndPoint sentinel, ConnectionMultiplexer multiplexer,
        CancellationToken stopping)
    {
        try
        {
            return await multiplexer.GetServer(sentinel).SentinelGetMasterAddressByNameAsync(topology.ServiceName)
                .WaitAsync(topology.ConnectLimit, time, stopping);
        }
        catch (Exception error) when (RedisFailure.Is(error, stopping))
        {
            return null;
        }
    }

    private async Task ListenAsync(RedisTopology topology, Dictionary<EndPoint, ConnectionMultiplexer> listening,
        CancellationToken stopping)
    {
        foreach (EndPoint sentinel in topology.Sentinels)
        {
            if (listening.TryGetValue(sentinel, out ConnectionMultiplexer? multiplexer))
            {
                if (multiplexer.IsConnected) continue;
                listening.Remove(sentinel);
                _ = RedisTopology.CloseAsync(multiplexer);
            }
            try
            {
                multiplexer = await topology.ConnectSentinelAsync(sentinel, stopping);
                await multiplexer.GetSubscriber().SubscribeAsync(SwitchMaster, (_, _) => Ring())
                    .WaitAsync(topology.ConnectLimit, time, stopping);
                listening[sentinel] = multiplexer;
            }
            catch (Exception error) when (RedisFailure.Is(error, stopping)) { /* the others, or the next second */ }
        }
    }

    private void Ring()
    {
        try { _heard.Release(); }
        catch (SemaphoreFullException) { /* one look is enough */ }
    }

    [LoggerMessage(EventId = 506, Level = LogLevel.Warning, Message = "The sentinels name another master, {Master}; connecting there.")]
    private static partial void Moved(ILogger logger, string master);
}

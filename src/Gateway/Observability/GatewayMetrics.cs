using System.Diagnostics.Metrics;
using Gateway.Revocation;

namespace Gateway.Observability;

/// <summary>Every figure the gateway gives out, one method an event. Names follow OpenTelemetry; durations are seconds.</summary>
internal sealed class GatewayMetrics
{
    public const string MeterName = "Gateway";

    private readonly Meter _meter;
    private readonly Counter<long> _forwarded;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _revocations;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _lastEnd;
    private readonly Histogram<double> _enforced;
    private readonly Counter<long> _tokenHits;
    private readonly Counter<long> _tokenMisses;
    private readonly Counter<long> _stale;
    private readonly Counter<long> _storeFailures;
    private readonly Counter<long> _reloads;

    public GatewayMetrics(IMeterFactory factory)
    {
        _meter = factory.Create(MeterName);
        _forwarded = _meter.CreateCounter<long>("gateway.requests.forwarded", "{request}", "Requests that passed every check and went on to a backend.");
        _refused = _meter.CreateCounter<long>("gateway.requests.refused", "{request}", "Requests answered by the gateway instead of a backend, by status and cause.");
        _revocations = _meter.CreateCounter<long>("gateway.revocations", "{fact}", "Facts that this node appended to the log, by target; reinstatements are a target of their own.");
        _ended = _meter.CreateCounter<long>("gateway.connections.ended", "{connection}", "Live connections that were ended, by kind and by what ended them.");
        _lastEnd = _meter.CreateHistogram<double>("gateway.connections.end.duration", "s", "From the application of a revocation on this node to the end of the last connection that it ended.");
        _enforced = _meter.CreateHistogram<double>("gateway.revocation.duration", "s", "From the call to the answer of a revocation, by whether every node enforced it by then.");
        _tokenHits = _meter.CreateCounter<long>("gateway.tokens.hits", "{token}", "Tokens found in the cache of verified tokens.");
        _tokenMisses = _meter.CreateCounter<long>("gateway.tokens.misses", "{token}", "Tokens that had to be verified or looked up.");
        _stale = _meter.CreateCounter<long>("gateway.lease.lost", "{time}", "How often this node went stale.");
        _storeFailures = _meter.CreateCounter<long>("gateway.store.failures", "{failure}", "Reads and appends that the store could not do, by operation.");
        _reloads = _meter.CreateCounter<long>("gateway.configuration.reloads", "{reload}", "Reloads of the configuration file, by outcome.");
    }

    public void RequestForwarded() => _forwarded.Add(1);

    /// <param name="cause">One word: <c>malformed</c>, <c>missing</c>, <c>invalid</c>, <c>revoked</c>, <c>stale</c>, <c>unavailable</c>.</param>
    public void RequestRefused(int status, string cause) => _refused.Add(1, new("status", status), new("cause", cause));

    public void RevocationAppended(TargetKind target) => _revocations.Add(1, new KeyValuePair<string, object?>("target", Name(target)));

    public void ReinstatementAppended() => _revocations.Add(1, new KeyValuePair<string, object?>("target", "reinstatement"));

    public void RevocationAnswered(TimeSpan elapsed, bool everywhere) => _enforced.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("everywhere", everywhere));

    /// <param name="kind"><c>websocket</c>, <c>events</c>, <c>grpc</c>, <c>http</c>.</param>
    /// <param name="cause"><c>session</c>, <c>token</c>, <c>subject</c>, <c>client</c>, <c>realm</c>, <c>expired</c>, <c>stale</c>.</param>
    public void ConnectionEnded(string kind, string cause) => _ended.Add(1, new("kind", kind), new("cause", cause));

    public void SweepEnded(TimeSpan sinceApplied) => _lastEnd.Record(sinceApplied.TotalSeconds);

    public void TokenCacheHit() => _tokenHits.Add(1);

    public void TokenCacheMiss() => _tokenMisses.Add(1);

    public void WentStale() => _stale.Add(1);

    /// <param name="operation"><c>append</c>, <c>read</c>, <c>sessions</c>, …</param>
    public void StoreFailed(string operation) => _storeFailures.Add(1, new KeyValuePair<string, object?>("operation", operation));

    public void ConfigurationReloaded(bool taken) => _reloads.Add(1, new KeyValuePair<string, object?>("outcome", taken ? "taken" : "refused"));

    /// <summary>Live connections that are open now, by kind; called when somebody reads the metrics.</summary>
    public void ObserveConnections(Func<IEnumerable<(string Kind, int Count)>> read)
        => _meter.CreateObservableUpDownCounter("gateway.connections", () => read().Select(open => new Measurement<int>(open.Count, new KeyValuePair<string, object?>("kind", open.Kind))), "{connection}", "Live connections that are open now, by kind.");

    /// <summary>1 while this node may let traffic through, else 0.</summary>
    public void ObserveLease(Func<bool> usable)
        => _meter.CreateObservableGauge("gateway.lease.usable", () => usable() ? 1 : 0, null, "1 while this node holds a usable lease, 0 while it is stale.");

    /// <summary>Facts of the log that this node has not applied yet, as far as it knows.</summary>
    public void ObserveLag(Func<long> facts)
        => _meter.CreateObservableGauge("gateway.log.lag", facts, "{fact}", "Facts of the log that this node has not applied yet.");

    public void ObservePosition(Func<long> position)
        => _meter.CreateObservableGauge("gateway.log.position", position, "{fact}", "Number of the last fact of the log that this node has applied.");

    public void ObserveIndex(Func<long> revocations)
        => _meter.CreateObservableGauge("gateway.index.revocations", revocations, "{revocation}", "Revocations that act on this node.");

    public void ObserveSessions(Func<long> sessions)
        => _meter.CreateObservableGauge("gateway.sessions.waiting", sessions, "{session}", "Sessions seen on this node that are not in the store yet.");

    public void ObserveTokenCache(Func<long> tokens)
        => _meter.CreateObservableGauge("gateway.tokens.cached", tokens, "{token}", "Verified tokens in the cache.");

    public void ObserveNodes(Func<long> nodes)
        => _meter.CreateObservableGauge("gateway.nodes", nodes, "{node}", "Nodes of the cluster that hold a lease, as this node last heard.");

    /// <summary>1 while the last attempt to write the store file succeeded, else 0.</summary>
    public void ObserveStore(Func<bool> writable)
        => _meter.CreateObservableGauge("gateway.store.writable", () => writable() ? 1 : 0, null, "1 while the store file can be written, 0 while logouts are answered 503.");

    /// <summary>The word for a target in tags.</summary>
    public static string Name(TargetKind target) => target switch
    {
        TargetKind.Session => "session",
        TargetKind.Token => "token",
        TargetKind.Subject => "subject",
        TargetKind.Client => "client",
        TargetKind.Realm => "realm",
        _ => "none",
    };
}

using System.Diagnostics.Metrics;

namespace Gateway.Realms;

internal sealed class RealmMetrics
{
    private readonly Counter<long> _hits;
    private readonly Counter<long> _misses;

    public RealmMetrics(IMeterFactory meters, RealmSet realms)
    {
        Meter meter = meters.Create("Gateway.Realms");
        _hits = meter.CreateCounter<long>("gateway.tokens.hits", "{token}", "Tokens found in the cache of verified tokens.");
        _misses = meter.CreateCounter<long>("gateway.tokens.misses", "{token}", "Tokens that had to be verified or looked up.");
        meter.CreateObservableGauge(
            "gateway.tokens.cached", () => realms.All.Sum(realm => (long)realm.Cache.Count), "{token}", "Verified tokens in the cache.");
    }

    public void TokenCacheHit() => _hits.Add(1);

    public void TokenCacheMiss() => _misses.Add(1);
}

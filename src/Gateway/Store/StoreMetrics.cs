using System.Diagnostics.Metrics;
using Gateway.Store.Sqlite;

namespace Gateway.Store;

internal sealed class StoreMetrics
{
    private readonly Counter<long> _failures;

    public StoreMetrics(IMeterFactory meters, SqliteDatabase file)
    {
        Meter meter = meters.Create("Gateway.Store");
        _failures = meter.CreateCounter<long>("gateway.store.failures", "{failure}",
            "Reads and appends that the store could not do, by operation.");
        meter.CreateObservableGauge(
            "gateway.store.writable", () => file.Trouble is null ? 1 : 0, null,
            "1 while the store file can be written, 0 while logouts are answered 503.");
    }

    public void AppendFailed() => Failed("append");

    public void ReadFailed() => Failed("read");

    private void Failed(string operation) => _failures.Add(1, new KeyValuePair<string, object?>("operation", operation));
}

using System.Collections;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Credentials;
using Gateway.Enforcement;
using Gateway.Logout;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Benchmarks;

/// <summary>What enforcement costs without a network: the features of a server that does nothing, as fast to get and set as
/// Kestrel's.</summary>
internal static class EnforcementBenchmark
{
    public static async Task<int> RunAsync()
    {
        RevocationIndex index = new(TimeSpan.FromSeconds(1));
        for (int n = 0; n < 100_000; n++)
            index.Apply(new Fact.Revocation { Id = Guid.NewGuid(), At = DateTimeOffset.UtcNow, Expires = DateTimeOffset.UtcNow.AddDays(1),
                Actor = "bench", Target = new Target.Session("main", "gone-" + n) });
        Lease lease = new(TimeProvider.System);
        lease.GrantForever();
        EnforcementMetrics metrics = new(new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<IMeterFactory>());
        LiveConnections connections = new();
        RealmSet realms = new([], 0, new ConfigurationFolder("/"), new KeptDocuments(null), new ProviderClient(), TimeProvider.System,
            NullLoggerFactory.Instance);
        SessionGate gate = new(lease, index, connections, new CopyJudge(realms, new TokenResolver(realms, TimeProvider.System)),
            new RefusedSessions(index), new ClusterOptions());
        ExchangeServices services = new(gate, TimeProvider.System, new EnforcementOptions(), metrics);
        SessionIdentity identity = new("main", "s", "alice", "token", "fingerprint", "client", authenticatedAt: DateTimeOffset.UtcNow,
            expiresAt: DateTimeOffset.UtcNow.AddHours(1));
        IReadOnlyList<SessionIdentity> identities = [identity];

        LiveConnection node = new(identities);
        Measure("enter and leave", 5_000_000, () => { connections.Enter(node); connections.Leave(node); });
        Measure("index look-up of one identity, 100,000 revoked", 5_000_000, () => gate.Revoked(identities));

        RoutePolicy policy = new();
        Server server = new();
        DefaultHttpContext context = new(server);
        byte[] chunk = new byte[100];
        async Task PlainAsync(bool waits)
        {
            _ = context.RequestAborted;
            if (waits) await Task.Yield();   // for the backend
            await context.Response.Body.WriteAsync(chunk);
        }

        // As the middleware does it.
        async Task GuardedAsync(bool waits)
        {
            ProxiedExchange exchange = ProxiedExchange.Open(context, policy, identities, services);
            if (!gate.Enter(exchange).IsGood) throw new InvalidOperationException();
            exchange.Attach();
            await PlainAsync(waits);
            await exchange.FinishAsync();
            exchange.Detach();
            gate.Leave(exchange);
            exchange.Report();
            exchange.Reuse();
        }

        double plain = Measure("a short answer without the gateway's part", 2_000_000, () => PlainAsync(false).GetAwaiter().GetResult());
        double guarded = Measure("the same as a live connection", 2_000_000, () => GuardedAsync(false).GetAwaiter().GetResult());
        double plainBytes = await BytesAsync(() => PlainAsync(true)), guardedBytes = await BytesAsync(() => GuardedAsync(true));
        Console.WriteLine($"  -> an ordinary short request pays {guarded - plain:0} ns and {guardedBytes - plainBytes:0} bytes");

        LiveConnection[] many = [.. Enumerable.Range(0, 100_000)
            .Select(n => new LiveConnection(
                [new SessionIdentity("main", "s" + n, "u" + n % 1000, "t" + n, "f" + n, "c", authenticatedAt: DateTimeOffset.UtcNow)]))];
        foreach (LiveConnection one in many) connections.Enter(one);
        double[] sweeps = [.. Enumerable.Range(0, 20).Select(_ => Timed(() => gate.EnforceAsync()))];
        Console.WriteLine(
            $"sweep of 100,000: best {sweeps.Min():0.00} ms, median {sweeps.Order().ElementAt(10):0.00} ms, max {sweeps.Max():0.00} ms");
        return 0;
    }

    /// <summary>Bytes of one round, on whatever thread, when it has to wait as a request does.</summary>
    private static async Task<double> BytesAsync(Func<Task> action)
    {
        const int Count = 200_000;
        for (int n = 0; n < Count / 10; n++) await action();
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int n = 0; n < Count; n++) await action();
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)Count;
    }

    private static double Timed(Action action)
    {
        Stopwatch watch = Stopwatch.StartNew();
        action();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Measure(string what, int count, Action action)
    {
        for (int n = 0; n < count / 10; n++) action();
        double best = double.MaxValue, bytes = 0;
        // Short rounds, the best of them: what else runs on the machine spoils some, not all.
        const int Rounds = 100;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Stopwatch watch = Stopwatch.StartNew();
            for (int n = 0; n < count / Rounds; n++) action();
            best = Math.Min(best, watch.Elapsed.TotalNanoseconds / (count / Rounds));
            bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)(count / Rounds);
        }
        Console.WriteLine($"{what}: {best:0} ns, {bytes:0} bytes");
        return best;
    }

    /// <summary>The features of an HTTP/1.1 request in fields, as Kestrel has them.</summary>
    private sealed class Server : IFeatureCollection, IHttpRequestFeature, IHttpResponseFeature, IHttpResponseBodyFeature,
    IHttpRequestLifetimeFeature, IHttpRequestBodyDetectionFeature, IHttpUpgradeFeature
    {
        private readonly CancellationTokenSource _aborted = new();
        private object? _body, _lifetime;
        private int _revision;

        public Server() => (_body, _lifetime) = (this, this);

        public TFeature? Get<TFeature>() => (TFeature?)this[typeof(TFeature)];

        public void Set<TFeature>(TFeature? instance) => this[typeof(TFeature)] = instance;

        public object? this[Type key]
        {
            get => key == typeof(IHttpResponseBodyFeature) ? _body : key == typeof(IHttpRequestLifetimeFeature) ? _lifetime
                : key == typeof(IHttpRequestFeature) || key == typeof(IHttpResponseFeature)
                    || key == typeof(IHttpRequestBodyDetectionFeature) || key == typeof(IHttpUpgradeFeature) ? this : null;
            set
            {
                _revision++;
                if (key == typeof(IHttpResponseBodyFeature)) _body = value;
                else if (key == typeof(IHttpRequestLifetimeFeature)) _lifetime = value;
            }
        }

        public bool IsReadOnly => false;
        public int Revision => _revision;
        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => throw new NotSupportedException();
        IEnumerator IEnumerable.GetEnumerator() => throw new NotSupportedException();

        public string Protocol { get; set; } = "HTTP/1.1";
        public string Scheme { get; set; } = "http";
        public string Method { get; set; } = "GET";
        public string PathBase { get; set; } = "";
        public string Path { get; set; } = "/";
        public string QueryString { get; set; } = "";
        public string RawTarget { get; set; } = "/";
        public IHeaderDictionary Headers { get; set; } = new HeaderDictionary { ContentLength = 100 };
        Stream IHttpRequestFeature.Body { get; set; } = Stream.Null;
        public int StatusCode { get; set; } = 200;
        public string? ReasonPhrase { get; set; }
        Stream IHttpResponseFeature.Body { get; set; } = Stream.Null;
        public bool HasStarted => false;
        public void OnStarting(Func<object, Task> callback, object state) { }
        public void OnCompleted(Func<object, Task> callback, object state) { }
        Stream IHttpResponseBodyFeature.Stream => Stream.Null;
        public PipeWriter Writer => throw new NotSupportedException();
        public void DisableBuffering() { }
        public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
            => Task.CompletedTask;
        public Task CompleteAsync() => Task.CompletedTask;
        public CancellationToken RequestAborted { get => _aborted.Token; set { } }
        public void Abort() { }
        public bool CanHaveBody => false;
        public bool IsUpgradableRequest => false;
        public Task<Stream> UpgradeAsync() => throw new NotSupportedException();
    }
}

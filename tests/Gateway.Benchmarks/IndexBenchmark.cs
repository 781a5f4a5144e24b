using BenchmarkDotNet.Attributes;
using Gateway.Revocation;

namespace Gateway.Benchmarks;

/// <summary>The question that every request asks: is this identity revoked?</summary>
// In this process: a project of its own would have to restore packages again.
[InProcess, MemoryDiagnoser]
public class IndexBenchmark
{
    private const int Identities = 4096;

    private RevocationIndex _index = null!;
    private SessionIdentity[] _identities = null!;
    private int _next;

    /// <summary>Revocations in the index, a tenth of them cut-offs of subjects.</summary>
    [Params(0, 1_000, 1_000_000)]
    public int Facts { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _index = IndexFacts.Fill(Facts);
        _identities = IndexFacts.Good(Identities);
        foreach (SessionIdentity identity in _identities) _index.IsRevoked(identity);
    }

    /// <summary>Asked before, and nothing was revoked since.</summary>
    [Benchmark(Baseline = true)]
    public bool Again() => _index.IsRevoked(_identities[_next++ & (Identities - 1)]);

    /// <summary>The first time, or right after a revocation: session, token and fingerprint, subject, client and realm.</summary>
    [Benchmark]
    public bool Afresh()
    {
        SessionIdentity identity = _identities[_next++ & (Identities - 1)];
        identity.FoundGoodBy = null;
        return _index.IsRevoked(identity);
    }
}

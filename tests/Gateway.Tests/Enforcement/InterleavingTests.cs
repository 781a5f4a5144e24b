using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Revocation;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Tests.Enforcement;

/// <summary>Registering, checking and applying in every order (rule R6): after an acknowledgement nothing of the session
/// passes. Each test of a gap is shown to find it when one of the steps is taken out.</summary>
public sealed class InterleavingTests
{
    private enum Step { Enter, Check, FirstChunk, SecondChunk, ChunkToBackend, Leave }

    private static readonly Step[] AsBuilt = [Step.Enter, Step.Check, Step.ChunkToBackend, Step.FirstChunk, Step.SecondChunk, Step.Leave];

    [Fact]
    public void In_every_order_nothing_passes_after_the_acknowledgement()
    {
        int orders = ForEveryOrder(AsBuilt, Checks.All, out int passed, out int gaps);
        Assert.Equal(84, orders);   // 9 steps, 3 of them of the log
        Assert.Equal(0, gaps);
        Assert.True(passed > 0);    // and what comes before does pass
    }

    [Fact]
    public void Without_registering_there_is_a_gap()
    {
        ForEveryOrder([.. AsBuilt.Where(step => step is not (Step.Enter or Step.Leave))], Checks.All, out _, out int gaps);
        Assert.True(gaps > 0);
    }

    [Fact]
    public void With_the_check_before_registering_and_none_when_the_answer_begins_there_is_a_gap()
    {
        ForEveryOrder([Step.Check, Step.Enter, Step.ChunkToBackend, Step.FirstChunk, Step.SecondChunk, Step.Leave], Checks.NoSecondCheck,
            out _, out int gaps);
        Assert.True(gaps > 0);
    }

    [Fact]
    public void Without_the_gate_before_each_chunk_there_is_a_gap()
    {
        ForEveryOrder(AsBuilt, Checks.None, out _, out int gaps);
        Assert.True(gaps > 0);
    }

    /// <summary>Between entering and checking on one side, and applying and sweeping on the other, each side writes one word
    /// and reads the other's. Processors let a read overtake an earlier write, so both could miss each other.</summary>
    [Theory]
    [InlineData(true, true, 0)]
    [InlineData(false, true, 1)]
    [InlineData(true, false, 1)]
    [InlineData(false, false, 1)]
    public void With_both_fences_one_of_the_two_sides_sees_the_other(bool requestFences, bool logFences, int expectedMisses)
        => Assert.Equal(expectedMisses, StoreBuffers.BothMiss(requestFences, logFences) ? 1 : 0);

    [Fact]
    public async Task On_real_threads_no_request_slips_through()
    {
        const int Rounds = 3000;
        int refused = 0, sealedAfter = 0;
        for (int round = 0; round < Rounds; round++)
        {
            World world = new();
            using Barrier start = new(2);
            bool wentOn = false;
            Task request = Task.Run(() =>
            {
                start.SignalAndWait();
                wentOn = world.Gate.Enter(world.Exchange).IsGood;
            });
            start.SignalAndWait();
            world.Index.Apply(world.Logout);
            _ = world.Gate.EnforceAsync();
            await request;
            if (!wentOn) refused++;
            else if (world.Exchange.IsSealed) sealedAfter++;
            else Assert.Fail($"round {round}: it went on and was not sealed");
        }
        Assert.Equal(Rounds, refused + sealedAfter);
    }

    private enum Checks { All, NoSecondCheck, None }

    private static int ForEveryOrder(Step[] request, Checks checks, out int passed, out int gaps)
    {
        int orders = 0;
        passed = gaps = 0;
        int length = request.Length + 3;
        for (int mask = 0; mask < 1 << length; mask++)
        {
            if (int.PopCount(mask) != 3) continue;
            orders++;
            World world = new(checks);
            int step = 0, applied = 0;
            for (int at = 0; at < length; at++)
            {
                if ((mask >> at & 1) == 0) world.Do(request[step++]);
                else if (applied++ == 0) world.Index.Apply(world.Logout);
                else if (applied == 2) _ = world.Gate.EnforceAsync();
                else world.Acknowledge();
            }
            passed += world.PassedBefore;
            gaps += world.PassedAfter;
        }
        return orders;
    }

    /// <summary>One exchange, one log, and what passed before and after the acknowledgement.</summary>
    private sealed class World
    {
        private readonly Checks _checks;
        private readonly MemoryStream _client = new();
        private readonly Stream _backend;
        private readonly DefaultHttpContext _context = new();
        private bool _entered, _refused, _acknowledged;
        private long _counted;

        public World(Checks checks = Checks.All)
        {
            _checks = checks;
            SessionIdentity identity = new("main", "s1", "alice");
            Gate = Gates.Open(Index, Connections);
            Services = new ExchangeServices(Gate, TimeProvider.System, new EnforcementOptions(), Metrics);
            _context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_client));
            _context.Features.Set<IHttpRequestLifetimeFeature>(new HttpRequestLifetimeFeature());
            _context.Features.Set<IHttpRequestBodyDetectionFeature>(new Body());
            _context.Request.Body = new MemoryStream(new byte[1000]);
            Exchange = ProxiedExchange.Open(_context, new RoutePolicy(), [identity], Services);
            Exchange.Attach();
            _backend = _context.Request.Body;
        }

        private static readonly EnforcementMetrics Metrics = new(
            new ServiceCollection().AddMetrics().BuildServiceProvider().GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>());

        public RevocationIndex Index { get; } = new(TimeSpan.Zero);
        public LiveConnections Connections { get; } = new();
        public SessionGate Gate { get; }
        public ExchangeServices Services { get; }
        public ProxiedExchange Exchange { get; }
        public int PassedBefore { get; private set; }
        public int PassedAfter { get; private set; }

        public Fact.Revocation Logout { get; } = new()
        {
            Id = Guid.NewGuid(), At = DateTimeOffset.UtcNow, Expires = DateTimeOffset.UtcNow.AddDays(1), Actor = "test",
            Target = new Target.Session("main", "s1"),
        };

        public void Acknowledge()
        {
            Assert.True(Connections.SettledAsync().IsCompleted);
            _acknowledged = true;
        }

        public void Do(Step step)
        {
            if (_refused && step != Step.Leave) return;
            switch (step)
            {
                case Step.Enter: Connections.Enter(Exchange); _entered = true; break;
                case Step.Check: _refused = !Gate.Check(Exchange).IsGood; break;
                case Step.FirstChunk: ToClient(first: true); break;
                case Step.SecondChunk: ToClient(first: false); break;
                case Step.ChunkToBackend: ToBackend(); break;
                case Step.Leave: if (_entered) Connections.Leave(Exchange); break;
            }
        }

        private void ToClient(bool first)
        {
            if (_checks == Checks.None || (_checks == Checks.NoSecondCheck && first)) _client.Write(new byte[10]);
            else Assert.True(_context.Response.Body.WriteAsync(new byte[10]).IsCompletedSuccessfully);
            Count(_client.Length > _counted);
            _counted = _client.Length;
        }

        private void ToBackend()
        {
            if (_checks == Checks.None)
            {
                Count(true);
                return;
            }
            // After the seal a read waits for the proxy to be stopped, and gives nothing.
            ValueTask<int> read = _backend.ReadAsync(new byte[10], new CancellationToken(canceled: true));
            Count(read.IsCompletedSuccessfully && read.Result > 0);
            Exchange.BackendHasTaken();
        }

        private void Count(bool passed)
        {
            if (!passed) return;
            if (_acknowledged) PassedAfter++;
            else PassedBefore++;
        }

        private sealed class Body : IHttpRequestBodyDetectionFeature
        {
            public bool CanHaveBody => true;
        }
    }

    /// <summary>Two processors with store buffers (total store order): every order of their writes, reads and drains.</summary>
    private static class StoreBuffers
    {
        private readonly record struct State(int StepA, int StepB, bool BufferedA, bool BufferedB, bool MemoryA, bool MemoryB, bool SeenByA,
            bool SeenByB);

        /// <summary>Each side: write own word (into its buffer), fence or not (drain), read the other's word from memory.</summary>
        public static bool BothMiss(bool fenceA, bool fenceB)
        {
            HashSet<State> seen = [];
            Queue<State> open = new([new State()]);
            bool missed = false;
            while (open.TryDequeue(out State state))
            {
                if (!seen.Add(state)) continue;
                if (state is { StepA: 2, StepB: 2 } && !state.SeenByA && !state.SeenByB) missed = true;
                if (state.BufferedA) open.Enqueue(state with { BufferedA = false, MemoryA = true });
                if (state.BufferedB) open.Enqueue(state with { BufferedB = false, MemoryB = true });
                if (state.StepA == 0) open.Enqueue(state with { StepA = 1, BufferedA = true });
                if (state.StepB == 0) open.Enqueue(state with { StepB = 1, BufferedB = true });
                if (state.StepA == 1 && !(fenceA && state.BufferedA)) open.Enqueue(state with { StepA = 2, SeenByA = state.MemoryB });
                if (state.StepB == 1 && !(fenceB && state.BufferedB)) open.Enqueue(state with { StepB = 2, SeenByB = state.MemoryA });
            }
            return missed;
        }
    }
}

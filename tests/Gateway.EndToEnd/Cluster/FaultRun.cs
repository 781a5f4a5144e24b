using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Gateway.EndToEnd.Cluster;

/// <summary>Three gateway processes, Redis, a line between each, clients at each that send requests of many sessions and talk
/// on their WebSockets all the time, and logouts, while the schedule's faults come about.</summary>
internal sealed class FaultRun(int seed, double seconds, Action<string> tell) : IAsyncDisposable
{
    private const int Nodes = 3;
    private const int SocketsPerNode = 3;
    private const int LongestAnswer = 300;
    private const double Lease = 1.0;

    // So many logouts ahead of its own a session gets another token, of a provider whose clock is so far ahead.
    private const int Ahead = 60, SecondsAhead = 20;

    private readonly FaultLedger _ledger = new();
    private readonly ConcurrentDictionary<string, int> _faults = new();
    private readonly List<TcpRelay> _relays = [];
    private readonly List<GatewayProcess> _gateways = [];
    private readonly List<FaultSession> _sessions = [];
    private readonly TestIssuer _issuer = new();
    private readonly CancellationTokenSource _over = new();
    private TestBackend? _backend;
    private RedisProcess? _redis;
    private byte[]? _olderCopy;
    private volatile int _revoked;

    // Goes up at the beginning and at the end of each fault in which Redis may lose what it holds: odd while it may.
    private int _losses;
    private readonly bool[] _serving = new bool[Nodes];
    private readonly RedisFlood _flood = new();
    private int _subjects;

    public FaultLedger Ledger => _ledger;
    public string Summary
        => $"{_ledger.Summary(_faults.ToDictionary(fault => fault.Key, fault => fault.Value))} {_subjects} logouts were of a subject.";

    public async Task RunAsync()
    {
        await StartAsync();
        Stopwatch clock = Stopwatch.StartNew();
        List<Task> work = [RevokeAsync(new Random(seed + 1))];
        for (int node = 0; node < Nodes; node++)
        {
            for (int client = 0; client < 2; client++) work.Add(AskAsync(node, new Random(seed + 10 * node + client)));
            for (int socket = 0; socket < SocketsPerNode; socket++) work.Add(StayAsync(node, new Random(seed + 100 * (node + 1) + socket)));
        }

        List<Task> faults = [];
        foreach (Fault fault in FaultSchedule.Make(seed, seconds, Nodes, Lease))
        {
            TimeSpan wait = TimeSpan.FromSeconds(fault.At) - clock.Elapsed;
            if (wait > TimeSpan.Zero) await Task.Delay(wait);
            // What belongs to one thing comes one after the other, however slow the machine.
            if (fault.OfRedis) await RedisAsync(fault);
            else faults.Add(NodeAsync(fault, [.. faults]));
            if (_ledger.Violations.Count > 0) break;
        }
        await Task.WhenAll(faults);
        if (_ledger.Violations.Count == 0 && TimeSpan.FromSeconds(seconds) - clock.Elapsed is { Ticks: > 0 } rest) await Task.Delay(rest);
        await _over.CancelAsync();
        await Task.WhenAll(work);
        if (_ledger.Violations.Count == 0) await JudgeAsync();
    }

    private async Task StartAsync()
    {
        _redis = await RedisProcess.StartAsync(appendOnly: false);
        _backend = await TestBackend.StartAsync();
        _backend.Answer = async context =>
        {
            if (context.WebSockets.IsWebSocketRequest) await FaultSockets.ServeAsync(context, _ledger);
            else if (context.Request.Headers["X-Request"].ToString() is { Length: > 0 } name) await ReplyAsync(context, name);
            return true;
        };
        int count = (int)(200 + seconds * 12);
        for (int i = 0; i < count; i++)
            _sessions.Add(new("s" + i, "u" + i, _issuer.Token(subject: "u" + i, session: "s" + i,
                change: claims => claims["exp"] = (long)claims["iat"]! + 86400)));
        for (int node = 0; node < Nodes; node++)
        {
            TcpRelay relay = new(_redis.Port);
            _relays.Add(relay);
            JsonObject settings = ClusterSettings.For($"127.0.0.1:{relay.Port}", _backend, _issuer, lease: $"00:00:0{Lease:F0}");
            settings.Set("Gateway:Cluster:AnswerWithin", "00:00:02");
            _gateways.Add(await GatewayProcess.StartAsync(settings, ready: false));
        }
        foreach (GatewayProcess gateway in _gateways) await gateway.ReadyAsync();
    }

    // Some answers take long: their session may end while they wait.
    private async Task ReplyAsync(HttpContext context, string name)
    {
        _ledger.Forwarded(name);
        if (int.TryParse(context.Request.Headers["X-Takes"], out int milliseconds)) await Task.Delay(milliseconds, context.RequestAborted);
        _ledger.Answering(name);
    }

    private async Task StayAsync(int node, Random random)
    {
        while (!_over.IsCancellationRequested)
        {
            if (Volatile.Read(ref _serving[node]))
            {
                await Task.Delay(50);
                continue;
            }
            // Most of them are of sessions that are about to be logged out.
            int which = random.Next(8) == 0
                ? random.Next(_sessions.Count)
                : Math.Clamp(_revoked + random.Next(-1, 12), 0, _sessions.Count - 1);
            (string session, _, string token) = _sessions[which];
            await FaultSockets.VisitAsync(_gateways[node].Url, session, token, TimeSpan.FromSeconds(Lease * (1 + 3 * random.NextDouble())),
                _ledger, _over.Token);
            await Task.Delay(random.Next(1, 12));
        }
    }

    private async Task AskAsync(int node, Random random)
    {
        using HttpClient client = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromSeconds(5) })
            { BaseAddress = new Uri(_gateways[node].Url), Timeout = TimeSpan.FromSeconds(3) };
        while (!_over.IsCancellationRequested)
        {
            if (Volatile.Read(ref _serving[node]))
            {
                await Task.Delay(50);
                continue;
            }
            // Half of them are of sessions that were logged out a moment ago: those are the ones that could slip through.
            int revoked = _revoked;
            int which = random.Next(2) == 0 && revoked > 0
                ? Math.Max(0, revoked - 1 - random.Next(8))
                : random.Next(4) == 0
                ? Math.Min(revoked + random.Next(4), _sessions.Count - 1) : random.Next(_sessions.Count);
            (string session, _, string token) = _sessions[which];
            string name = _ledger.Send(session);
            try
            {
                using HttpRequestMessage request = new(HttpMethod.Get, "/f/" + name);
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                request.Headers.Add("X-Request", name);
                if (which >= revoked && random.Next(3) == 0) request.Headers.Add("X-Takes", random.Next(LongestAnswer).ToString());
                using HttpResponseMessage answer = await client.SendAsync(request);
                _ledger.Answer(name, answer.StatusCode, answer.IsSuccessStatusCode ? "" : await answer.Content.ReadAsStringAsync());
            }
            catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException)
            {
                _ledger.Answer(name, null, error.Message);
            }
            await Task.Delay(random.Next(1, 12));
        }
    }

    private async Task RevokeAsync(Random random)
    {
        // The last tenth is never logged out.
        int last = _sessions.Count * 9 / 10;
        List<Task> running = [];
        while (!_over.IsCancellationRequested && _revoked < last)
        {
            if (_revoked + Ahead < last && random.Next(5) == 0) running.Add(RefreshAsync(_revoked + Ahead, random.Next(Nodes)));
            FaultSession session = _sessions[_revoked];
            _ledger.Revoking(session.Id);
            _revoked++;
            running.Add(OneAsync(session, random.Next(Nodes)));
            running.RemoveAll(task => task.IsCompletedSuccessfully);
            await Task.Delay(random.Next(40, 160));
        }
        await Task.WhenAll(running);
    }

    // A new token of a provider whose clock is ahead, seen by one node long enough before its subject is logged out.
    private async Task RefreshAsync(int which, int node)
    {
        FaultSession session = _sessions[which];
        string token = _issuer.Token(session.Subject, session.Id, claims =>
        {
            claims.Remove("auth_time");
            claims["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + SecondsAhead;
            claims["exp"] = (long)claims["iat"]! + 86400;
        });
        try
        {
            using HttpResponseMessage answer = await _gateways[node].GetAsync("/seen", token);
            if (answer.StatusCode != HttpStatusCode.OK || which < _revoked + Ahead / 2) return;
            _sessions[which] = session with { Token = token, HasLaterToken = true };
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException) { /* not seen */ }
    }

    private async Task<bool> IsListedAsync(FaultSession session, int node)
    {
        try
        {
            return (await _gateways[node].Management.GetStringAsync($"/v1/sessions?realm=main&subject={session.Subject}"))
                .Contains($"\"{session.Id}\"");
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException or IOException) { return false; }
    }

    private async Task OneAsync(FaultSession seen, int node)
    {
        string session = seen.Id;
        // What a cut-off ends by id is what the registry of the cluster holds. Redis may lose that meanwhile.
        int losses = Volatile.Read(ref _losses);
        bool IsKnown() => losses % 2 == 0 && losses == Volatile.Read(ref _losses);
        bool everything = seen.HasLaterToken && await IsListedAsync(seen, node);
        try
        {
            using CancellationTokenSource limit = new(TimeSpan.FromSeconds(8));
            using HttpResponseMessage answer = await _gateways[node].Management.PostAsJsonAsync("/v1/revocations",
                everything ? new JsonObject { ["subject"] = seen.Subject } : new JsonObject { ["session"] = session }, limit.Token);
            if (answer.StatusCode == HttpStatusCode.Created)
            {
                (int nodes, int of) = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsObject().Enforced();
                if (!everything || IsKnown()) _ledger.Revoked(session, nodes, of);
                if (everything) Interlocked.Increment(ref _subjects);
            }
            else if (answer.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                JsonNode problem = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
                if ((string?)problem["outcome"] == "unknown")
                {
                    if (!everything || IsKnown()) _ledger.Unknown(session, (string)problem["id"]!);
                }
                else _ledger.NotRecorded(session);
            }
            else
                _ledger.Violate($"a logout was answered {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }
        catch (Exception error)
            when (error is HttpRequestException or OperationCanceledException or IOException) { /* its outcome is unknown */ }
    }

    private async Task NodeAsync(Fault fault, Task[] before)
    {
        await Task.WhenAll(before);
        Count(fault);
        GatewayProcess gateway = _gateways[fault.Node];
        TcpRelay relay = _relays[fault.Node];
        TimeSpan lasts = TimeSpan.FromSeconds(fault.Lasts);
        switch (fault.Kind)
        {
            case FaultKind.FreezeShort or FaultKind.FreezeLong:
                gateway.Freeze();
                await Task.Delay(lasts);
                gateway.Continue();
                break;
            case FaultKind.KillGateway:
                await gateway.Kill9Async();
                await Task.Delay(lasts);
                await gateway.RestartAsync(ready: false);
                break;
            case FaultKind.SlowLine:
                relay.Slow(TimeSpan.FromSeconds(Lease * 0.15));
                await Task.Delay(lasts);
                relay.Heal();
                break;
            case FaultKind.ServeForAWhile:
                // The promise is of routes that reject when stale: what this node lets through meanwhile is not judged.
                _serving[fault.Node] = true;
                gateway.Reconfigure(changed => changed.Route(("WhenStale", "Serve")));
                await Task.Delay(lasts);
                int read = ReadAgain(gateway);
                gateway.Reconfigure(changed => changed.Route(("WhenStale", "Reject")));
                await Eventually.TrueAsync(() => ReadAgain(gateway) > read);
                // Until those that were opened meanwhile have ended.
                await Task.Delay(TimeSpan.FromSeconds(Lease * 5));
                _serving[fault.Node] = false;
                break;
            default:
                relay.Cut(toServer: fault.Kind != FaultKind.CutFromRedis, toClient: fault.Kind != FaultKind.CutToRedis);
                await Task.Delay(lasts);
                relay.Heal();
                break;
        }
    }

    private async Task RedisAsync(Fault fault)
    {
        Count(fault);
        Interlocked.Increment(ref _losses);
        TimeSpan lasts = TimeSpan.FromSeconds(fault.Lasts);
        switch (fault.Kind)
        {
            case FaultKind.FreezeRedis:
                await _redis!.FreezeAsync();
                await Task.Delay(lasts);
                await _redis.ContinueAsync();
                break;
            case FaultKind.FlushManyWaiting:
                await _flood.BurstAsync(_redis!);
                await _redis!.CommandAsync("FLUSHALL");
                break;
            case FaultKind.FlushAll:
                await _redis!.CommandAsync("FLUSHALL");
                break;
            case FaultKind.ForgeMessages:
                for (long began = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(began) < lasts;) await RedisFlood.ForgeAsync(_redis!);
                break;
            default:
                // With its data: what it holds now is saved right before. An older copy: what it held at some fault before this one.
                string file = Path.Combine(_redis!.DataFolder, "dump.rdb");
                if (fault.Kind == FaultKind.RestartRedis) await _redis.CommandAsync("SAVE");
                await _redis.Kill9Async();
                if (fault.Kind == FaultKind.RestartRedisOlder && _olderCopy is not null) await File.WriteAllBytesAsync(file, _olderCopy);
                await Task.Delay(lasts);
                await _redis.RestartAsync(keepData: fault.Kind != FaultKind.RestartRedisEmpty);
                break;
        }
        Interlocked.Increment(ref _losses);
        await _redis!.CommandAsync("SAVE");
        _olderCopy = await File.ReadAllBytesAsync(Path.Combine(_redis.DataFolder, "dump.rdb"));
    }

    private static int ReadAgain(GatewayProcess gateway) => gateway.Output.Split("was read again").Length;

    private void Count(Fault fault)
    {
        tell($"{fault.At:F1} s: {fault.Kind}{(fault.Node >= 0 ? $" node {fault.Node}" : "")} for {fault.Lasts:F2} s");
        _faults.AddOrUpdate(fault.Kind.ToString(), 1, static (_, count) => count + 1);
    }

    // At the end everything is whole: every revocation that was answered is there on every node, every other session passes.
    private async Task JudgeAsync()
    {
        foreach (GatewayProcess gateway in _gateways) await gateway.ReadyAsync();
        Dictionary<string, string> tokens = _sessions.ToDictionary(session => session.Id, session => session.Token);
        foreach (GatewayProcess gateway in _gateways)
        {
            foreach (string session in _ledger.Recorded)
            {
                HttpStatusCode status = await AtTheEndAsync(gateway, tokens[session]);
                if (status != HttpStatusCode.Unauthorized)
                    _ledger.Violate($"session {session} was logged out and is answered {(int)status} by {gateway.Url} at the end");
            }
            // What was answered as not recorded never was.
            foreach (string session in _ledger.NeverRecorded)
            {
                HttpStatusCode status = await AtTheEndAsync(gateway, tokens[session]);
                if (status != HttpStatusCode.OK)
                    _ledger.Violate($"the logout of session {session} was answered 503, and it is answered {(int)status} by {gateway.Url}");
            }
            // What was unknown is known now, and the same everywhere.
            foreach ((string session, string fact) in _ledger.UnknownFacts)
            {
                using HttpResponseMessage asked = await gateway.Management.GetAsync("/v1/revocations/" + fact);
                HttpStatusCode status = await AtTheEndAsync(gateway, tokens[session]);
                if ((asked.StatusCode == HttpStatusCode.OK) != (status == HttpStatusCode.Unauthorized))
                    _ledger.Violate($"the unknown logout {fact} of session {session} is answered {(int)asked.StatusCode}, and the session "
                        + $"{(int)status}, by {gateway.Url}");
            }
            foreach ((string _, string _, string token) in _sessions.TakeLast(20))
            {
                HttpStatusCode status = await AtTheEndAsync(gateway, token);
                if (status != HttpStatusCode.OK)
                    _ledger.Violate($"a session that was never logged out is answered {(int)status} by {gateway.Url} at the end");
            }
        }
    }

    // A machine that stands still for a second makes a node stale without any fault of ours; it comes back.
    private static async Task<HttpStatusCode> AtTheEndAsync(GatewayProcess gateway, string token)
    {
        HttpStatusCode status = default;
        await Eventually.TrueAsync(async () =>
        {
            using HttpResponseMessage answer = await gateway.GetAsync("/end", token);
            status = answer.StatusCode;
            return status != HttpStatusCode.ServiceUnavailable;
        });
        return status;
    }

    public string Outputs => string.Join("\n----\n", _gateways.Select(gateway => gateway.Output));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        foreach (GatewayProcess gateway in _gateways) await gateway.DisposeAsync();
        foreach (TcpRelay relay in _relays) await relay.DisposeAsync();
        if (_backend is not null) await _backend.DisposeAsync();
        if (_redis is not null) await _redis.DisposeAsync();
        await _issuer.DisposeAsync();
        _over.Dispose();
    }
}

using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;

namespace Gateway.EndToEnd.Cluster;

/// <summary>What was sent, answered and received, on one clock, and the judgement at the end.</summary>
internal sealed class FaultLedger
{
    private sealed record Sent(string Session, long At)
    {
        /// <summary>When the backend began to answer it; zero before that.</summary>
        public long AnsweredAt;
    }

    private readonly ConcurrentDictionary<string, Sent> _sent = new();
    private readonly ConcurrentDictionary<string, long> _everywhere = new();
    private readonly ConcurrentDictionary<string, bool> _recorded = new();
    private readonly ConcurrentDictionary<string, bool> _touched = new();
    private readonly ConcurrentDictionary<string, bool> _notRecorded = new();
    private readonly ConcurrentDictionary<string, string> _unknown = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private long _requests, _forwarded, _answered, _stale, _failed, _refused, _opened, _closed, _messages;
    private int _next;

    public int Answered => (int)Interlocked.Read(ref _answered);
    public int Everywhere => _everywhere.Count;
    public IReadOnlyCollection<string> Recorded => [.. _recorded.Keys];
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>A request leaves now; returns the name under which the backend will know it.</summary>
    public string Send(string session)
    {
        string name = Interlocked.Increment(ref _next).ToString();
        _sent[name] = new Sent(session, Stopwatch.GetTimestamp());
        Interlocked.Increment(ref _requests);
        return name;
    }

    /// <summary>The backend has got it.</summary>
    public void Forwarded(string name)
    {
        Interlocked.Increment(ref _forwarded);
        if (!_sent.TryGetValue(name, out Sent? sent)) return;
        if (IsAfterItsEnd(sent.Session, sent.At, out double late))
            _violations.Enqueue(
                $"a request of session {sent.Session} that was sent {late} ms after \"enforced on all\" reached the backend");
    }

    /// <summary>The backend begins to answer it now.</summary>
    public void Answering(string name)
    {
        if (_sent.TryGetValue(name, out Sent? sent)) Volatile.Write(ref sent.AnsweredAt, Stopwatch.GetTimestamp());
    }

    /// <summary>The client has got an answer, or null for none.</summary>
    public void Answer(string name, HttpStatusCode? status, string body)
    {
        Sent sent = _sent[name];
        switch (status)
        {
            case HttpStatusCode.OK:
                if (IsAfterItsEnd(sent.Session, Volatile.Read(ref sent.AnsweredAt), out double late))
                    _violations.Enqueue(
                        $"the answer to session {sent.Session} that the backend began {late} ms after \"enforced on all\" reached the "
                            + "client");
                break;
            case HttpStatusCode.ServiceUnavailable: Interlocked.Increment(ref _stale); break;
            case HttpStatusCode.Unauthorized when !_touched.ContainsKey(sent.Session):
                _violations.Enqueue($"session {sent.Session} was never revoked and was refused: {body}");
                break;
            case HttpStatusCode.Unauthorized: Interlocked.Increment(ref _refused); break;
            case null: Interlocked.Increment(ref _failed); break;
            default: _violations.Enqueue($"session {sent.Session} was answered {(int)status}: {body}"); break;
        }
    }

    /// <summary>A WebSocket is open.</summary>
    public void Opened() => Interlocked.Increment(ref _opened);

    /// <summary>A WebSocket was refused; the status is 0 when no answer came.</summary>
    public void NotOpened(string session, int status)
    {
        if (status == 401 && !_touched.ContainsKey(session))
            _violations.Enqueue($"session {session} was never revoked and its WebSocket was refused");
    }

    /// <summary>A message arrived at the other end of a WebSocket.</summary>
    /// <param name="said">When it was sent.</param>
    public void Passed(string session, long said, string where)
    {
        Interlocked.Increment(ref _messages);
        if (IsAfterItsEnd(session, said, out double late))
            _violations.Enqueue($"a message of session {session} that was sent {late} ms after \"enforced on all\" passed {where}");
    }

    /// <summary>A WebSocket was closed because its session is over.</summary>
    public void Closed(string session)
    {
        Interlocked.Increment(ref _closed);
        if (!_touched.ContainsKey(session)) _violations.Enqueue($"session {session} was never revoked and its WebSocket was ended");
    }

    /// <summary>A logout of this session is tried: from here on nothing can be said about it, unless it is answered.</summary>
    public void Revoking(string session) => _touched[session] = true;

    public void Revoked(string session, int nodes, int of)
    {
        Interlocked.Increment(ref _answered);
        _recorded[session] = true;
        if (nodes == of) _everywhere[session] = Stopwatch.GetTimestamp();
    }

    /// <summary>A logout was answered 503: it was not recorded.</summary>
    public void NotRecorded(string session) => _notRecorded[session] = true;

    /// <summary>A logout was answered 503: nobody knows whether it was recorded.</summary>
    public void Unknown(string session, string fact) => _unknown[session] = fact;

    public IReadOnlyCollection<string> NeverRecorded => [.. _notRecorded.Keys];
    public IReadOnlyCollection<KeyValuePair<string, string>> UnknownFacts => _unknown;

    public void Violate(string what) => _violations.Enqueue(what);

    public string Summary(IReadOnlyDictionary<string, int> faults)
    {
        StringBuilder text = new();
        text.Append(
            $"{_requests} requests: {_forwarded} reached the backend, {_refused} refused, {_stale} answered 503, {_failed} without an "
                + "answer. ");
        text.Append($"{_opened} WebSockets, {_messages} messages, {_closed} closed with their session. ");
        text.Append(
            $"{_answered} revocations answered, {_everywhere.Count} of them \"enforced on all\"; {_notRecorded.Count} answered "
                + $"503, {_unknown.Count} as unknown. ");
        text.Append(
            $"{faults.Values.Sum()} "
                + $"faults: {string.Join(", ", faults.OrderBy(fault => fault.Key).Select(fault => $"{fault.Value} {fault.Key}"))}.");
        return text.ToString();
    }

    private bool IsAfterItsEnd(string session, long at, out double late)
    {
        bool ended = _everywhere.TryGetValue(session, out long answered) && at > answered;
        late = Math.Round((at - answered) * 1000.0 / Stopwatch.Frequency, 1);
        return ended;
    }
}

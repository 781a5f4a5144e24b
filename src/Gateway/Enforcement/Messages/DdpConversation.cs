using Gateway.Enforcement.Endings;
using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Enforcement.Messages;

/// <summary>
/// One WebSocket on which a client may sign in by messages (reading rule 19). From a sign-in on the connection belongs to that session as
/// well, and ends with it; from the answer to a sign-out on it does no more. What signs in waits, with all that is behind it, until the
/// connection is tied and checked (rule R6): a session that is over by then ends the connection instead.
/// </summary>
internal sealed class DdpConversation(ProxiedExchange exchange, RoutePolicy policy, MessageSignIns signIns)
{
    private const int MostOfMessage = 4 * 1024 * 1024;

    // So many calls wait for their answers; with more, who has answered what cannot be told, and nothing is untied any more.
    private const int MostCalls = 4096;

    // So many sign-ins may stand behind one connection. A client has one; more are a flood, and none of them may be forgotten.
    private const int MostTies = 64;

    private readonly WebSocketMessages _fromClient = new(MostOfMessage), _fromBackend = new(MostOfMessage);
    private readonly IReadOnlyList<SessionIdentity> _ofRequest = exchange.Identities;
    private readonly Lock _lock = new();
    private readonly HashSet<string> _calls = [];
    private readonly Dictionary<string, int> _logouts = [];
    private readonly List<DdpTie> _ties = [];
    private int _order;
    private bool _lost;

    /// <summary>Hears what a client has sent, before the backend gets it. Whoever may not sign in is sealed then.</summary>
    public async ValueTask HearClientAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        List<byte[]> whole = [];
        bool readable = _fromClient.Feed(bytes.Span, whole);
        foreach (byte[] message in whole)
        {
            if (!MayCall(message)) continue;
            try
            {
                foreach (DdpMessage one in DdpReading.Read(message))
                    if (one is DdpMessage.Method method) await HearAsync(method, cancellation);
            }
            catch (FormatException) { readable = false; }
        }
        // What cannot be read could hold a sign-in that a server reads.
        if (!readable) exchange.End(EndCause.Unreadable);
    }

    /// <summary>Hears what the backend has sent, before the client gets it.</summary>
    public async ValueTask HearBackendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        List<byte[]> whole = [];
        // A long one is no answer to a sign-in.
        _fromBackend.Feed(bytes.Span, whole);
        foreach (byte[] message in whole)
        {
            if (message.AsSpan().IndexOf("result"u8) < 0) continue;
            IReadOnlyList<DdpMessage> read;
            try { read = DdpReading.Read(message); }
            catch (FormatException) { continue; }
            foreach (DdpMessage one in read)
                if (one is DdpMessage.Result result) await HearAsync(result, cancellation);
        }
    }

    // Pings, subscriptions and the like call nothing; an escape could spell it.
    private static bool MayCall(ReadOnlySpan<byte> message) => message.IndexOf("method"u8) >= 0 || message.Contains((byte)'\\');

    private async ValueTask HearAsync(DdpMessage.Method method, CancellationToken cancellation)
    {
        lock (_lock)
        {
            _order++;
            if (_calls.Count >= MostCalls) _lost = true;
            // A name that is in use already would be answered twice: which answer is whose nobody could tell.
            else if (method.Id is { } id && !_calls.Add(id)) _logouts.Remove(id);
            else if (method is { IsLogout: true, Id: { } logout }) _logouts[logout] = _order;
        }
        foreach (string token in method.Resumes)
        {
            Tie(await signIns.OfTokenAsync(policy, token, exchange.Context, cancellation), isAnswered: false);
            if (exchange.IsSealed) return;
        }
    }

    private async ValueTask HearAsync(DdpMessage.Result result, CancellationToken cancellation)
    {
        if (result.SignedIn is { } signedIn && !result.Failed)
            Tie(await signIns.OfSignInAsync(policy, signedIn, exchange.Context, cancellation), isAnswered: true);
        if (result.Id is not { } id) return;
        lock (_lock)
        {
            _calls.Remove(id);
            if (!_logouts.Remove(id, out int order) || result.Failed || _lost) return;
            // Whoever signed in after the sign-out was sent stays.
            _ties.RemoveAll(tie => tie.Order < order);
            Publish();
        }
    }

    private void Tie(MessageSignIn signIn, bool isAnswered)
    {
        bool tooMany;
        lock (_lock)
        {
            // One tie for a token: the newest, with what a server has told if one has.
            int known = _ties.FindIndex(tie => tie.SignIn.Token == signIn.Token);
            DdpTie tie = known >= 0 && _ties[known].IsAnswered && !isAnswered ? _ties[known] with { Order = _order }
                : new(_order, signIn, isAnswered);
            if (known >= 0) _ties.RemoveAt(known);
            _ties.Add(tie);
            tooMany = _ties.Count > MostTies;
            Publish();
        }
        if (tooMany) exchange.End(EndCause.Unreadable);
        // As a request whose token cannot be verified now; the client may come again.
        else if (signIn.IsUnavailable && policy.Mode == EnforcementMode.Enforce) exchange.End(EndCause.Unavailable);
    }

    private void Publish() => exchange.Tie([.. _ofRequest, .. _ties.SelectMany(tie => tie.SignIn.Identities)]);
}

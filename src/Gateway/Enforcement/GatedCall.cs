using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Enforcement;

/// <summary>
/// A call that the gateway answers itself, under the same rule as one that is proxied (rule R19). Once it is known who calls it
/// is a live connection: a revocation ends it, and its answer begins only if the caller is good then.
/// </summary>
internal sealed class GatedCall(HttpContext context, SessionGate gate, ExchangeServices services)
{
    private ProxiedExchange? _exchange;

    /// <summary>Gives the call that this request is, while it is answered; null for one that is not gated.</summary>
    public static GatedCall? Of(HttpContext context) => context.Features.Get<GatedCall>();

    /// <summary>Whether the caller was ended meanwhile.</summary>
    public bool IsSealed => _exchange is { IsSealed: true };

    /// <summary>Why its caller was not let in, for the operator; null while he was not refused.</summary>
    public RefusalReason? Reason { get; set; }

    /// <summary>Lets the caller in; again for one who is in.</summary>
    public Verdict Enter(RoutePolicy policy, IReadOnlyList<SessionIdentity> identities)
    {
        if (_exchange is { } entered) return gate.Check(entered);
        ProxiedExchange exchange = ProxiedExchange.Open(context, policy, identities, services);
        Verdict verdict = gate.Enter(exchange);
        if (!verdict.IsGood) return verdict;
        exchange.Attach();
        _exchange = exchange;
        return verdict;
    }

    /// <summary>Gives the last question before the call changes something. If the answer is good, nothing stops the call any more: it
    /// tells what it has done, also where it has ended its own caller's session.</summary>
    public Verdict Commit()
    {
        if (_exchange is not { } exchange) return Verdict.Good([]);
        // Out first: who is ended from here on was good when the call was made.
        Leave();
        return gate.Check(exchange);
    }

    /// <summary>Ends it, after everything was written or was refused to be.</summary>
    /// <returns>The refusal to write, when the answer had not begun.</returns>
    public ValueTask<Refusal?> FinishAsync() => _exchange is { } exchange ? exchange.FinishAsync() : default;

    /// <summary>Lets it answer through the server again, and nobody ends it any more.</summary>
    public void Leave()
    {
        if (_exchange is not { } exchange) return;
        _exchange = null;
        exchange.Detach();
        gate.Leave(exchange);
        exchange.Report();
    }
}

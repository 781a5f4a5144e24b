using Gateway.Http;

namespace Gateway.Enforcement.Endings;

/// <summary>How one kind of exchange ends, once it is sealed: stopped at once, and then ended in the way that its protocol knows. One
/// class a kind; <see cref="EndingChoice"/> chooses, once.</summary>
internal abstract class Ending
{
    /// <summary>The kind, as metrics and logs name it: <c>http</c>, <c>websocket</c>, <c>events</c>, <c>grpc</c>.</summary>
    public abstract string Word { get; }

    /// <summary>Whether the answer has begun.</summary>
    public virtual bool HasBegun => true;

    /// <summary>What becomes of it when the gateway stops.</summary>
    public virtual WhenStopping WhenStopping => WhenStopping.EndsByItself;

    /// <summary>Completes when nothing passes any more. Called once, after the seal, when no chunk is on its way to the client.</summary>
    public abstract Task StopAsync(ProxiedExchange exchange);

    /// <summary>Begins to end it; returns at once.</summary>
    /// <returns>Done when this node's share of the work is: the peers may still take their time.</returns>
    public abstract Task EndAsync(ProxiedExchange exchange);

    /// <summary>Ends it after the proxy has returned, or thrown, on a sealed exchange.</summary>
    /// <returns>The refusal to write, when the answer had not begun.</returns>
    public virtual ValueTask<Refusal?> FinishAsync(ProxiedExchange exchange)
    {
        exchange.AbortClient();
        return default;
    }

    /// <summary>Tells whether the server would still send something by itself once the request is over.</summary>
    public abstract bool HasMoreToSay(ProxiedExchange exchange);

    /// <summary>Learns that the proxy has let go of both sides.</summary>
    public virtual void ProxyIsDone() { }

    /// <summary>Learns that after the seal the proxy has handed on what it took from the client, and takes nothing any more.</summary>
    public virtual void ReadsAreOver() { }
}

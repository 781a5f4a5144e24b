namespace Gateway.Enforcement.Endings;

/// <summary>An exchange that stays open: the marks by which its parts wait for each other at its end.</summary>
internal abstract class LongLivedEnding : Ending
{
    /// <summary>The last write to the client while the client does not take it.</summary>
    public Task Pending { get; set; } = Task.CompletedTask;

    /// <summary>Set after the seal, when the proxy takes nothing from the client any more.</summary>
    protected TaskCompletionSource ReadsOver { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when the proxy has let go of both sides.</summary>
    protected TaskCompletionSource ProxyDone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void ProxyIsDone() => ProxyDone.TrySetResult();

    public override void ReadsAreOver() => ReadsOver.TrySetResult();

    /// <summary>A chunk goes to the client, with its flag up.</summary>
    public virtual void Passes(ReadOnlySpan<byte> chunk) { }

    /// <summary>A chunk that came after the seal: it is swallowed, so that the back end can end in peace.</summary>
    public virtual ValueTask TakeAfterSealAsync(ProxiedExchange exchange, Stream client, ReadOnlyMemory<byte> chunk) => ValueTask.CompletedTask;

    public override Task EndAsync(ProxiedExchange exchange)
    {
        exchange.Cancel();
        return ProxyDone.Task;
    }
}

namespace Gateway.Enforcement.Endings;

/// <summary>An exchange that stays open: the marks by which its parts wait for each other at its end.</summary>
/// <param name="boundary">Where what has begun ends, for one that ends between frames; null for one that is stopped anywhere.</param>
internal abstract class LongLivedEnding(FrameBoundary? boundary = null) : Ending
{
    /// <summary>The last write to the client while the client does not take it.</summary>
    public Task Pending { get; set; } = Task.CompletedTask;

    /// <summary>What <see cref="StopAsync"/> waits for.</summary>
    protected Task Stopped { get; private set; } = Task.CompletedTask;

    /// <summary>The rest of a frame did not come in time: not even that passes any more.</summary>
    protected bool IsCut => boundary is { IsCut: true };

    /// <summary>Set after the seal, when the proxy takes nothing from the client any more.</summary>
    protected TaskCompletionSource ReadsOver { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when the proxy has let go of both sides.</summary>
    protected TaskCompletionSource ProxyDone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void ProxyIsDone() => ProxyDone.TrySetResult();

    public override void ReadsAreOver() => ReadsOver.TrySetResult();

    /// <summary>Follows a chunk that goes to the client, with its flag up.</summary>
    public virtual void Passes(ReadOnlySpan<byte> chunk) => boundary?.Passes(chunk);

    /// <summary>Takes a chunk that came after the seal: it is swallowed, so that the back end can end in peace; only the rest of a frame
    /// that has begun goes on.</summary>
    public async ValueTask TakeAfterSealAsync(ProxiedExchange exchange, Stream client, ReadOnlyMemory<byte> chunk)
    {
        if (boundary is null) return;
        if (boundary.HandRestAsync(exchange, client, chunk) is { } rest) Pending = rest;
        await Pending;
        boundary.Look();
    }

    public override Task StopAsync(ProxiedExchange exchange)
    {
        if (boundary is not null) return Stopped = boundary.StopAsync(exchange, ReadsOver.Task, Pending);
        exchange.CancelIfSending();
        return Task.CompletedTask;
    }

    public override Task EndAsync(ProxiedExchange exchange)
    {
        exchange.Cancel();
        return ProxyDone.Task;
    }
}

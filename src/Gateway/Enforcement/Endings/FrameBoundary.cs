namespace Gateway.Enforcement.Endings;

/// <summary>The rest of a frame towards the client: after the seal only what has begun goes on, so that a frame of ours may follow; not
/// even that passes a client which does not take it.</summary>
internal sealed class FrameBoundary(Framing frames)
{
    // How long the proxy may take to hand on to the backend what it had already taken when the seal came.
    public static readonly TimeSpan HandOn = TimeSpan.FromMilliseconds(50);

    // How long a client may take, in the middle of a frame, to take what it was already given.
    public static readonly TimeSpan TakeOver = TimeSpan.FromMilliseconds(250);

    private readonly TaskCompletionSource _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _cut;

    /// <summary>The rest of the frame did not come in time: not even it passes any more.</summary>
    public bool IsCut => _cut;

    /// <summary>Follows a chunk that goes to the client.</summary>
    public void Passes(ReadOnlySpan<byte> chunk) => frames.Advance(chunk);

    /// <summary>Stops at the end of the frame that has begun.</summary>
    /// <param name="readsOver">Done when the proxy takes nothing from the client any more.</param>
    /// <param name="pending">The last write to the client.</param>
    public Task StopAsync(ProxiedExchange exchange, Task readsOver, Task pending)
    {
        bool boundary = frames.AtBoundary;
        Interlocked.MemoryBarrier();
        return boundary && !exchange.IsPassing ? Task.CompletedTask : StopAtEndAsync(exchange, readsOver, pending);
    }

    private async Task StopAtEndAsync(ProxiedExchange exchange, Task readsOver, Task pending)
    {
        TimeProvider time = exchange.Services.Time;
        if (exchange.IsSending && !await readsOver.WithinAsync(HandOn, time)) exchange.Cancel();
        if (frames.AtBoundary && !exchange.IsAnswering) return;
        // The rest of a frame cannot pass a client that does not even take its beginning, and a logout waits for this.
        TimeSpan limit = await pending.WithinAsync(TakeOver, time) ? exchange.Services.FrameLimit : TimeSpan.Zero;
        if (await _whole.Task.WithinAsync(limit, time)) return;
        _cut = true;
        Interlocked.MemoryBarrier();
        exchange.SpinWhileAnswering();
        if (frames.AtBoundary) return;
        exchange.AbortClient();
        exchange.Cancel();
    }

    /// <summary>Gives a chunk that came after the seal.</summary>
    /// <returns>The write of what belongs to the frame that has begun; null when nothing of it passes.</returns>
    public Task? HandRestAsync(ProxiedExchange exchange, Stream client, ReadOnlyMemory<byte> chunk)
    {
        exchange.BeginRestOfFrame();
        try
        {
            int rest = _cut ? 0 : frames.AdvanceToBoundary(chunk.Span);
            return rest > 0 ? client.WriteAsync(chunk[..rest], CancellationToken.None).AsTask() : null;
        }
        finally { exchange.EndRestOfFrame(); }
    }

    /// <summary>Looks after that write whether the frame is whole.</summary>
    public void Look()
    {
        if (frames.AtBoundary) _whole.TrySetResult();
    }
}

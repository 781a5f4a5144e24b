namespace Gateway.Enforcement;

/// <summary>What an exchange needs once it is known to stay open: where its frames end, and the marks by which its parts
/// wait for each other at its end.</summary>
internal sealed class LongLived(ConnectionKind kind)
{
    /// <summary>Frames towards the client; null for a stream without any that matter.</summary>
    public Framing? ToClient { get; } = kind switch
    {
        ConnectionKind.WebSocket => new WebSocketFraming(),
        ConnectionKind.Grpc or ConnectionKind.GrpcWeb => new GrpcFraming(),
        ConnectionKind.GrpcWebText => new GrpcTextFraming(),
        ConnectionKind.Events => new EventFraming(),
        _ => null,
    };

    /// <summary>Whether the frame that has begun is let through to its end after the seal.</summary>
    public bool EndsAtBoundary { get; } = kind == ConnectionKind.WebSocket || kind.IsGrpc;

    /// <summary>The last write to the client while the client does not take it.</summary>
    public Task Pending { get; set; } = Task.CompletedTask;

    /// <summary>Set after the seal, when the frame to the client is whole.</summary>
    public TaskCompletionSource Boundary { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set after the seal, when the proxy has handed on what it took from the client and takes nothing any more.</summary>
    public TaskCompletionSource ReadsOver { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when the proxy has let go of both sides.</summary>
    public TaskCompletionSource ProxyDone { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Set when a WebSocket's client has been sent its Close, or cannot be.</summary>
    public TaskCompletionSource Said { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What <see cref="Exchange.Stop"/> waits for.</summary>
    public Task Stopped { get; set; } = Task.CompletedTask;

    /// <summary>The rest of the frame did not come in time: not even it passes any more.</summary>
    public volatile bool Cut;

    /// <summary>The ending of a WebSocket, once it has begun.</summary>
    public Task? Closing { get; set; }
}

internal static class Deadlines
{
    /// <summary>Whether a task ends, in whatever way, within a time.</summary>
    public static async ValueTask<bool> Within(this Task task, TimeSpan limit, TimeProvider time)
    {
        if (!task.IsCompleted) await task.WaitAsync(limit, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return task.IsCompleted;
    }
}

namespace Gateway.Revocation;

/// <summary>A fact came to the log after its deadline and is not there (rule R18). What was sent of it before had an earlier deadline:
/// if that was in the same epoch, it has had no effect and never will. In another one it may have been recorded, and lost with that
/// epoch, and some node that knows it may bring it back.</summary>
/// <param name="epoch">The epoch that does not have it.</param>
internal sealed class TooLateException(string epoch) : StoreUnavailableException("It came to Redis too late; nothing was recorded.")
{
    public string Epoch { get; } = epoch;
}

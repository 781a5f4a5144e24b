namespace Gateway.Revocation;

/// <summary>The store cannot do this now: the disk is full or read-only, Redis is away. Callers answer 503.</summary>
internal class StoreUnavailableException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>
    /// Whether it is certain that this call has had no effect and never will (rule R18); what was sent before it may have.
    /// </summary>
    public bool HadNoEffect { get; init; }

    /// <summary>Gives the one behind an error that somebody else has wrapped; null when the store is not the cause.</summary>
    public static StoreUnavailableException? In(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
            if (error is StoreUnavailableException store) return store;
        return null;
    }
}

namespace Gateway.Http;

/// <summary>Paths of the public listeners that the gateway answers itself. Rooms register theirs; a path that only some servers
/// would take for one of them is not forwarded (reading rule 14).</summary>
internal interface IReservedPaths
{
    /// <summary>Tells whether a path is one of these.</summary>
    /// <param name="request">Its host counts, its own path does not.</param>
    /// <param name="method">In capitals.</param>
    /// <param name="path">As sent, or as some server might read what was sent.</param>
    bool Names(HttpRequest request, string method, ReadOnlySpan<char> path, StringComparison comparison);
}

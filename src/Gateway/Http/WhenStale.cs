namespace Gateway.Http;

/// <summary>Route metadata <c>WhenStale</c>: what a node without a usable lease does.</summary>
internal enum WhenStale { Reject, Serve }

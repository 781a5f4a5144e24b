namespace Gateway.Http;

/// <summary>One page of a list; <c>next</c> is the value for <c>after</c> that gives the page after it, absent on the last.</summary>
internal sealed record PageAnswer<T>(IReadOnlyList<T> Items, string? Next);

namespace Gateway.Dialects;

/// <summary>One call that a dialect answers.</summary>
/// <param name="Methods">Matched exactly; any other method on the path is forwarded like any request.</param>
internal sealed record DialectRoute(string Template, Func<DialectCall, Task> Answer, params string[] Methods)
{
    public DialectPath Path { get; } = new(Template);

    /// <summary>Answered on the management listener, behind its authentication, instead of on the main one.</summary>
    public bool Management { get; init; }
}

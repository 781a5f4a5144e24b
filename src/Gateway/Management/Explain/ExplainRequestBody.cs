using System.ComponentModel;

namespace Gateway.Management.Explain;

/// <summary>The body of <c>POST /v1/explain</c>, for the API document; <see cref="ExplainBody"/> reads and checks it.</summary>
internal sealed record ExplainRequestBody
{
    [Description("A token. It is neither kept nor logged.")]
    public string? Token { get; init; }

    [Description("With token: only what this realm makes of it.")]
    public string? Realm { get; init; }

    [Description("A whole request instead. It is not sent anywhere.")]
    public ExplainedRequestBody? Request { get; init; }
}

internal sealed record ExplainedRequestBody
{
    [Description("Default GET.")]
    public string? Method { get; init; }

    [Description("With scheme and host, or only path and query.")]
    public string? Url { get; init; }

    [Description("Name to value, or to a list of values.")]
    public Dictionary<string, string>? Headers { get; init; }
}

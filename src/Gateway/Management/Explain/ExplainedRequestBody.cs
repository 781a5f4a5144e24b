using System.ComponentModel;

namespace Gateway.Management.Explain;

internal sealed record ExplainedRequestBody
{
    [Description("Default GET.")]
    public string? Method { get; init; }

    [Description("With scheme and host, or only path and query.")]
    public string? Url { get; init; }

    [Description("Name to value, or to a list of values.")]
    public Dictionary<string, string>? Headers { get; init; }
}

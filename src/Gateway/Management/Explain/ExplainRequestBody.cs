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

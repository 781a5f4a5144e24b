namespace Gateway.Http;

/// <summary>What pages of other origins may do on a route that names it as its <c>CorsPolicy</c> (Fetch Standard, section 3.3).</summary>
internal sealed record CorsPolicyOptions
{
    /// <summary>Origins, as in <c>https://app.example</c>; <c>https://*.example</c> is every host below it, <c>*</c> is
    /// everybody.</summary>
    public List<string> Origins { get; init; } = [];

    /// <summary>Methods besides GET, HEAD and POST; <c>*</c> is all.</summary>
    public List<string> Methods { get; init; } = [];

    /// <summary>Request headers besides those that every page may send; <c>*</c> is all.</summary>
    public List<string> Headers { get; init; } = [];

    /// <summary>Whether browsers send cookies along; default false. Not with the origin <c>*</c>.</summary>
    public bool Credentials { get; init; }

    /// <summary>How long a browser may remember the answer to a preflight; null leaves it to the browser.</summary>
    public TimeSpan? MaxAge { get; init; }
}

using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Http;

/// <summary>What ties an answer to its line in the log: the trace of the request where traces are made, else the name that the
/// server gives each request.</summary>
internal static class TraceId
{
    public static string Of(HttpContext context)
        => context.Features.Get<IHttpActivityFeature>()?.Activity.TraceId.ToHexString() ?? context.TraceIdentifier;
}

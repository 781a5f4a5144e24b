using Gateway.Realms;
using Gateway.Http;

namespace Gateway.Management.Explain;

/// <summary><c>POST /v1/explain</c>: why a token or a request is refused, or what lets it pass.</summary>
internal static class ExplainEndpoint
{
    /// <param name="app">Whose way of a request is rehearsed.</param>
    public static void MapExplain(this IEndpointRouteBuilder v1, WebApplication app)
    {
        RequestRehearsal rehearsal = new(app);
        Delegate explain =
            (HttpContext context, RealmsOptions realms, TokenExplainer tokens, RequestExplainer requests, CancellationToken stop)
                => ExplainAsync(context, realms, tokens, requests, rehearsal, stop);
        v1.MapPost("/explain", explain).WithTags("Explain").Accepts<ExplainRequestBody>("application/json")
            .WithSummary("What the gateway makes of a token or a request, step by step; nothing notes it")
            .Produces<ExplainAnswer>().Problems(400, 413, 415);
    }

    private static async Task<IResult> ExplainAsync(
        HttpContext context, RealmsOptions realms, TokenExplainer tokens, RequestExplainer requests, RequestRehearsal rehearsal,
        CancellationToken cancellation)
    {
        _ = new Query(context);
        ExplainBody body = await ExplainBody.ReadAsync(context, realms);
        return ManagementJson.Answer(body.Request is { } request
            ? await requests.ExplainAsync(request, rehearsal, cancellation) : await tokens.ExplainAsync(body.Token!, body.Realm));
    }
}

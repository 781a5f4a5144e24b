using Gateway.Credentials;
using Gateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Management.Explain;

/// <summary>Takes a request that nobody sent the way of one that came in, up to where its credentials are read: through the same
/// middleware, in the same order.</summary>
internal sealed class RequestRehearsal
{
    private readonly Lazy<RequestDelegate> _way;
    private readonly IServiceProvider _services;

    public RequestRehearsal(WebApplication app)
    {
        _services = app.Services;
        _way = new(() => Build(app), LazyThreadSafetyMode.ExecutionAndPublication);
    }

    /// <summary>Gives the request as it is then, and what it was refused for on the way, or would have been.</summary>
    public async Task<(HttpContext Context, Rehearsal Rehearsal)> RunAsync(HttpRequestFeature request, CancellationToken cancellation)
    {
        int query = request.RawTarget.IndexOf('?');
        request.QueryString = query < 0 ? "" : request.RawTarget[query..];
        request.Path = DecodedPath.Of(query < 0 ? request.RawTarget : request.RawTarget[..query]);
        DefaultHttpContext context = new() { RequestServices = _services, RequestAborted = cancellation };
        context.Features.Set<IHttpRequestFeature>(request);
        Rehearsal rehearsal = new();
        context.Features.Set(rehearsal);
        await _way.Value(context);
        return (context, rehearsal);
    }

    private static RequestDelegate Build(WebApplication app)
    {
        IApplicationBuilder way = ((IApplicationBuilder)app).New();
        way.UseMiddleware<HygieneMiddleware>();
        way.UseRouting();
        way.UseMiddleware<PathMiddleware>(new RouteTable(app));
        way.UseMiddleware<DroppedHeadersMiddleware>();
        way.Use(static (HttpContext _, RequestDelegate _) => Task.CompletedTask);
        way.UseEndpoints(endpoints =>
        {
            foreach (EndpointDataSource source in ((IEndpointRouteBuilder)app).DataSources) endpoints.DataSources.Add(source);
        });
        return way.Build();
    }
}

using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Enforcement.Endings;

/// <summary>gRPC: the status comes in HTTP trailers.</summary>
internal sealed class GrpcTrailersEnding() : GrpcEnding(new GrpcFraming())
{
    protected override byte[] LastWords(ProxiedExchange exchange)
    {
        IHeaderDictionary trailers = exchange.Context.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        trailers["grpc-status"] = StatusOf(exchange);
        trailers["grpc-message"] = MessageOf(exchange);
        return [];
    }
}

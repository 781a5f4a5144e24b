using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace Gateway.Http;

/// <summary>
/// Holds HTTP/2 uploads to the least rate of <c>Kestrel:Limits:MinRequestBodyDataRate</c>, each by itself. Kestrel would end the whole
/// connection of one that pauses, with everything else on it. gRPC may pause as long as it likes; YARP sees to that.
/// </summary>
internal sealed class UploadPace(RequestDelegate next, IOptions<KestrelServerOptions> kestrel, TimeProvider time)
{
    private readonly MinDataRate? _least = kestrel.Value.Limits.MinRequestBodyDataRate;

    public Task InvokeAsync(HttpContext context)
    {
        if (_least is not null && HttpProtocol.IsHttp2(context.Request.Protocol) && IsUpload(context)
            && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } kestrels)
        {
            kestrels.MinDataRate = null;
            context.Request.Body = new PacedRequestStream(context.Request.Body, _least, time);
        }
        return next(context);
    }

    private static bool IsUpload(HttpContext context)
        => context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
            && context.Features.Get<IHttpExtendedConnectFeature>() is not { IsExtendedConnect: true }
            && GrpcKind.Of(context.Request.ContentType) is GrpcKind.None;
}

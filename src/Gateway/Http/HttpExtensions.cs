using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Http;

internal static class HttpExtensions
{
    public static WebApplicationBuilder AddHttp(this WebApplicationBuilder builder)
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            // A proxy does not decide how large an upload may be; routes do (MaxRequestBodySize) and so do backends.
            kestrel.Limits.MaxRequestBodySize = null;
            RequestLimits.LetMoreIn(kestrel.Limits);
            builder.Configuration.GetSection("Kestrel:Limits").Bind(kestrel.Limits);
            HeaderEncoding encoding = HeaderEncoding.From(builder.Configuration);
            if (encoding.Request is not UTF8Encoding) kestrel.RequestHeaderEncodingSelector = _ => encoding.Request;
            kestrel.ResponseHeaderEncodingSelector = _ => encoding.Response;
        });
        builder.Services
            .AddSingleton<SocketTransportFactory>()
            .AddSingleton<IConnectionListenerFactory, BoundedListenerFactory>()
            .AddSingleton(RequestLimits.From(builder.Configuration))
            .AddSingleton<IRefusalFormatter, BrowserPage>()
            .AddSingleton<IRefusalFormatter, GrpcRefusals>()
            .AddSingleton<RefusalMetrics>()
            .AddSingleton<RecentRefusals>()
            .AddSingleton<RefusalLog>()
            .AddSingleton<RefusalWriter>()
            .AddSingleton<ThrownRefusals>()
            .AddSingleton<Microsoft.AspNetCore.Diagnostics.IExceptionHandler>(services => services.GetRequiredService<ThrownRefusals>());
        return builder;
    }

    /// <summary>Answers whatever is thrown further in, on any listener.</summary>
    public static WebApplication UseThrownRefusals(this WebApplication app)
    {
        ThrownRefusals thrown = app.Services.GetRequiredService<ThrownRefusals>();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = thrown.WriteFaultAsync });
        return app;
    }

    /// <summary>Gives an upload that pauses ends by itself, on any listener.</summary>
    public static WebApplication UseUploadPace(this WebApplication app)
    {
        app.UseMiddleware<UploadPace>();
        return app;
    }
}

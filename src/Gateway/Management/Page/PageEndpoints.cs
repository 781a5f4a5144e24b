using Gateway.Http;

namespace Gateway.Management.Page;

/// <summary>The operator's page, at the root of the management listener. Its files hold no figures and need no key; what it shows,
/// it asks of the API with the key or token that the operator gives it, as any other caller does. No cookie stands for anybody,
/// so no other page can act through it.</summary>
internal static class PageEndpoints
{
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly string[] GetAndHead = [HttpMethods.Get, HttpMethods.Head];

    public static void MapPage(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods("/", GetAndHead, static context => SendAsync(context, PageFiles.Start))
            .WithMetadata(NoKeyNeeded.Mark).ExcludeFromDescription();
        endpoints.MapMethods("/page/{file}", GetAndHead, static context => SendAsync(context, (string)context.GetRouteValue("file")!))
            .WithMetadata(NoKeyNeeded.Mark).ExcludeFromDescription();
    }

    private static Task SendAsync(HttpContext context, string name)
    {
        PageFile file = PageFiles.Find(name) ?? throw CallRefusedException.NotFound("The page has no such file.");
        HttpResponse response = context.Response;
        response.ContentType = file.Type;
        response.ContentLength = file.Bytes.Length;
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers["Referrer-Policy"] = "no-referrer";
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        response.Headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask : response.Body.WriteAsync(file.Bytes, context.RequestAborted).AsTask();
    }
}

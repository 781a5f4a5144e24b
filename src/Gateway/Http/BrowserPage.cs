using System.Net;
using System.Text;

namespace Gateway.Http;

/// <summary>Refusals for a browser that navigates: a small page that says what a problem document says.</summary>
internal sealed class BrowserPage : IRefusalFormatter
{
    public bool TryWrite(HttpContext context, Refusal refusal, out Task written)
    {
        written = Task.CompletedTask;
        if (ManagementListener.Serves(context) || !Navigation.Is(context.Request)) return false;
        byte[] page = Encoding.UTF8.GetBytes($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{WebUtility.HtmlEncode(refusal.Title)}</title></head>
            <body>
            <h1>{WebUtility.HtmlEncode(refusal.Title)}</h1>
            <p>{WebUtility.HtmlEncode(refusal.Detail)}</p>
            <p><small>{WebUtility.HtmlEncode(TraceId.Of(context))}</small></p>
            </body>
            </html>

            """);
        HttpResponse response = context.Response;
        response.StatusCode = refusal.Status;
        response.ContentType = "text/html; charset=utf-8";
        response.ContentLength = page.Length;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.ContentSecurityPolicy = "default-src 'none'";
        if (refusal.Status == StatusCodes.Status401Unauthorized) response.Headers.WWWAuthenticate = Challenge.Of(refusal);
        if (refusal.Cookie is { } cookie) CookieDeletion.Write(context, cookie);
        // Not cancelled when the client goes away: the server lets go of it quietly then.
        if (!HttpMethods.IsHead(context.Request.Method)) written = response.Body.WriteAsync(page).AsTask();
        return true;
    }
}

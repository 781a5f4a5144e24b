using System.Globalization;
using System.Text.Json;
using Gateway.Configuration;
using Gateway.Dialects;
using Gateway.Observability;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Gateway.Enforcement;

/// <summary>Answers a request in the gateway's own name, in the form that its client understands: a problem document
/// (RFC 9457) for programs, a status for gRPC, a redirect for a browser that navigates, the vendor's own on a dialect's paths.</summary>
internal sealed class RefusalWriter(GatewayOptions options, GatewayMetrics metrics, DialectRefusals dialects)
{
    /// <summary>The answer must not have begun; whatever was prepared of it is thrown away.</summary>
    /// <param name="realms">The realms of the route, to find a SignInUrl when the refusal names no realm; empty means all.</param>
    public Task Write(HttpContext context, Refusal refusal, IReadOnlyList<string>? realms = null)
    {
        metrics.RequestRefused(refusal.Status, refusal.Cause);
        HttpResponse response = context.Response;
        response.Clear();
        response.Headers.CacheControl = "no-store";
        if (refusal.RetryAfter is { } retry)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(retry.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (dialects.TryWrite(context, refusal.Status, out Task written)) return written;
        if (GrpcKind.Of(context.Request.ContentType) is not GrpcKind.None) return WriteGrpc(context, refusal);
        if (refusal.Status == StatusCodes.Status401Unauthorized)
        {
            if (IsNavigation(context.Request) && SignInRealm(refusal.Realm, realms) is { SignInUrl: { } url } realm)
            {
                foreach (CredentialOptions credential in realm.Credentials)
                    if (credential.Cookie is { } cookie) DeleteCookie(response, cookie, context.Request.IsHttps);
                response.StatusCode = StatusCodes.Status302Found;
                response.Headers.Location = url;
                return Task.CompletedTask;
            }
            // RFC 6750 section 3: no error code where the request showed no credential at all.
            response.Headers.WWWAuthenticate = refusal.Cause == "missing" ? "Bearer" : "Bearer error=\"invalid_token\"";
        }
        response.StatusCode = refusal.Status;
        response.ContentType = "application/problem+json";
        byte[] body = Problem(refusal);
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>The gRPC status code that says the same as an HTTP status.</summary>
    public static string GrpcStatus(int status) => status switch
    {
        StatusCodes.Status400BadRequest => "3",
        StatusCodes.Status401Unauthorized => "16",
        StatusCodes.Status503ServiceUnavailable => "14",
        _ => "2",
    };

    // "Trailers-only": the status stands in the headers, and nothing follows.
    private static Task WriteGrpc(HttpContext context, Refusal refusal)
    {
        HttpResponse response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcKind.Echo(context.Request.ContentType!);
        response.Headers["grpc-status"] = GrpcStatus(refusal.Status);
        response.Headers["grpc-message"] = refusal.Title;
        return Task.CompletedTask;
    }

    private static bool IsNavigation(HttpRequest request)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)) return false;
        if (request.HttpContext.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }) return false;
        // A browser that says what it is doing is believed; Accept decides for the others.
        if (request.Headers["Sec-Fetch-Mode"] is [{ } mode]) return mode == "navigate";
        foreach (string? accept in request.Headers.Accept)
            if (accept is not null && accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private RealmOptions? SignInRealm(string? refused, IReadOnlyList<string>? ofRoute)
    {
        if (refused is not null) return options.Realms.GetValueOrDefault(refused);
        IEnumerable<string> names = ofRoute is { Count: > 0 } ? ofRoute : options.Realms.Keys;
        RealmOptions[] candidates = [.. names.Select(name => options.Realms.GetValueOrDefault(name)).OfType<RealmOptions>().Where(realm => realm.SignInUrl is not null)];
        return candidates.Length == 1 ? candidates[0] : null;
    }

    private static void DeleteCookie(HttpResponse response, string name, bool https)
    {
        // Browsers take a __Host- or __Secure- cookie, and its deletion, only with Secure.
        bool secure = https || name.StartsWith("__Host-", StringComparison.OrdinalIgnoreCase) || name.StartsWith("__Secure-", StringComparison.OrdinalIgnoreCase);
        SetCookieHeaderValue deletion = new(name, "") { Path = "/", Expires = DateTimeOffset.UnixEpoch, Secure = secure, HttpOnly = true, SameSite = Microsoft.Net.Http.Headers.SameSiteMode.Lax };
        response.Headers.Append(HeaderNames.SetCookie, deletion.ToString());
    }

    private static byte[] Problem(Refusal refusal)
    {
        using MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            json.WriteString("title", refusal.Title);
            json.WriteNumber("status", refusal.Status);
            if (refusal.Detail is not null) json.WriteString("detail", refusal.Detail);
            json.WriteEndObject();
        }
        return body.ToArray();
    }
}

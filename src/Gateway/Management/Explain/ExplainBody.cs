using Gateway.Realms;
using Gateway.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Management.Explain;

/// <summary>What a caller wants to have explained, read and checked: a token, or a request.</summary>
/// <param name="Realm">With a token: the only realm that is asked; null for all.</param>
internal sealed record ExplainBody(string? Token, string? Realm, HttpRequestFeature? Request)
{
    private const int TokenLimit = 16 * 1024;
    private const int UrlLimit = 32 * 1024;

    /// <exception cref="CallRefusedException">With what is wrong and the cure.</exception>
    public static async Task<ExplainBody> ReadAsync(HttpContext context, RealmsOptions realms)
    {
        using JsonBody body = await JsonBody.ReadAsync(context, ManagementJson.Default.ExplainRequestBody);
        string? token = body.String("token", TokenLimit), realm = body.String("realm", 256);
        using JsonBody? request = body.Object("request", "method", "url", "headers");
        if (token is null == request is null) throw CallRefusedException.BadRequest("Name exactly one of token, request.");
        if (realm is not null && token is null)
            throw CallRefusedException.BadRequest("'realm' goes with token: a request's route decides which realms are read.");
        if (realm is not null) RevocationBody.RealmOf(realm, realms);
        return new(token, realm, request is null ? null : RequestOf(request));
    }

    private static HttpRequestFeature RequestOf(JsonBody request)
    {
        string url = request.String("url", UrlLimit)
            ?? throw CallRefusedException.BadRequest("'url' is missing; write it like https://app.example/page?x=1, or only /page?x=1.");
        HttpRequestFeature feature = new()
        {
            Method = request.String("method", 64) ?? HttpMethods.Get, Scheme = "http", Protocol = HttpProtocol.Http11, RawTarget = url,
        };
        foreach ((string name, string value) in request.Pairs("headers"))
        {
            if (!IsToken(name)) throw CallRefusedException.BadRequest("A name in 'headers' is no name of a header.");
            if (value.AsSpan().ContainsAny('\r', '\n', '\0'))
                throw CallRefusedException.BadRequest($"The header {name} is more than one line.");
            feature.Headers.Append(name, value);
        }
        if (url[0] != '/')
        {
            int authority = url.IndexOf("://", StringComparison.Ordinal) + 3;
            if (authority < 3 || url[..(authority - 3)] is not ("http" or "https"))
                throw CallRefusedException.BadRequest("'url' must begin with http://, https:// or /.");
            feature.Scheme = url[..(authority - 3)];
            int slash = url.AsSpan(authority).IndexOfAny('/', '?');
            string host = slash < 0 ? url[authority..] : url.Substring(authority, slash);
            string target = slash < 0 ? "" : url[(authority + slash)..];
            feature.RawTarget = target.StartsWith('/') ? target : "/" + target;
            if (feature.Headers.Host.Count == 0) feature.Headers.Host = host;
        }
        if (feature.Headers.Host.Count == 0) feature.Headers.Host = "localhost";
        int fragment = feature.RawTarget.IndexOf('#');
        if (fragment >= 0) feature.RawTarget = feature.RawTarget[..fragment];   // browsers do not send it
        return feature;
    }

    private static bool IsToken(string name)
        => name.Length is > 0 and <= 256 && name.All(static c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c));
}

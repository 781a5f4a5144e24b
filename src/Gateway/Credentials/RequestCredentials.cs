using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>Reads all locations of a plan, and leaves the request in the form in which it may go on.</summary>
internal static class RequestCredentials
{
    /// <summary>What is wrong, or null.</summary>
    /// <param name="found">As many as the plan has locations; an element without a reader is a location without a credential.</param>
    public static string? Read(HttpRequest request, ReadingPlan plan, Span<Copy> found)
    {
        IHeaderDictionary headers = request.Headers;
        if (UnderscoreHeaders.Complaint(request.HttpContext, plan) is { } twin) return twin;
        foreach (string companion in plan.Companions)
            if (IsAmbiguous(headers[companion])) return $"The header {companion} is sent with two different values. Send one.";

        Span<Copy> ofHeaders = found[..plan.Headers.Length];
        Span<Copy> ofCookies = found.Slice(plan.Headers.Length, plan.Cookies.Length);
        Span<Copy> ofQueries = found[(plan.Headers.Length + plan.Cookies.Length)..];
        for (int at = 0; at < plan.Headers.Length; at++)
            if (ReadHeader(headers, plan.Headers[at], out ofHeaders[at]) is { } complaint) return complaint;

        if (PathCredential.Complaint(request, plan) is { } path) return path;
        bool untidyCookies = false;
        StringValues cookies = headers.Cookie;
        if (plan.Cookies.Length > 0 && cookies.Count > 0
            && CookieCredential.Read(cookies, plan.Cookies, ofCookies, out untidyCookies) is { } cookie) return cookie;
        if (plan.Queries.Length > 0)
        {
            string? query = request.QueryString.Value;
            if (QueryCredential.Read(query, plan.Queries, ofQueries, out bool untidy) is { } parameter) return parameter;
            if (untidy) request.QueryString = new QueryString(QueryCredential.Normal(query!, plan.Queries, ofQueries));
        }
        if (untidyCookies) headers.Cookie = CookieCredential.Normal(cookies, plan.Cookies) is { Length: > 0 } normal ? normal : StringValues.Empty;
        return null;
    }

    private static string? ReadHeader(IHeaderDictionary headers, NamedLocation location, out Copy found)
    {
        found = default;
        if (!headers.TryGetValue(location.Name, out StringValues values)) return null;
        if (!location.IsRead)
        {
            if (!HeaderCredential.IsOnlyBasic(values)) headers.Remove(location.Name);
            return null;
        }
        if (HeaderCredential.Read(values, location, out found, out bool untidy) is { } complaint) return complaint;
        if (!untidy) return null;
        if (found.Reader is null) headers.Remove(location.Name);
        else headers[location.Name] = HeaderCredential.Normal(found);
        return null;
    }

    private static bool IsAmbiguous(StringValues values)
    {
        for (int at = 1; at < values.Count; at++)
            if (values[at] != values[0]) return true;
        return false;
    }
}

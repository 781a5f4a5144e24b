using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>Finds every copy of every credential that some back end could read in a request.</summary>
internal static class RequestCopies
{
    public static void Find(HttpRequest request, ReadingPlan plan, ref CopyList found)
    {
        IHeaderDictionary headers = request.Headers;
        foreach (NamedLocation location in plan.Headers)
            if (headers.TryGetValue(location.Name, out StringValues lines)) HeaderCopies.Find(location.Name, lines, location, ref found);
        if (request.HttpContext.Features.Get<OddHeaderNames>() is { } odd) FindTwins(headers, odd, plan, ref found);
        if (plan.Cookies.Length > 0 && headers.Cookie is { Count: > 0 } cookies) CookieCopies.Find(cookies, plan.Cookies, ref found);
        if (plan.Queries.Length > 0) QueryCopies.Find(request.QueryString.Value, plan.Queries, ref found);
        if (plan.InPaths.Length > 0) QueryCopies.FindInPath(request.Path.Value, plan.InPaths, ref found);
    }

    // Rule 4: names in which some server takes another sign for the hyphen.
    private static void FindTwins(IHeaderDictionary headers, OddHeaderNames odd, ReadingPlan plan, ref CopyList found)
    {
        foreach (string name in odd.Names)
            foreach (NamedLocation location in plan.Headers)
                if (!name.Equals(location.Name, StringComparison.OrdinalIgnoreCase) && OddHeaderNames.AreTwins(name, location.Name))
                    HeaderCopies.Find(name, headers[name], location, ref found);
    }
}

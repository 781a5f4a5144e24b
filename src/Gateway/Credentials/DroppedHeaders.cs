using Gateway.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>What was taken out of a request's headers before its route was known; the route may have some of it back.</summary>
internal sealed class DroppedHeaders
{
    private readonly List<(string Name, StringValues Values)> _headers = [];

    /// <summary>Whether the route has had some of it back that overrides the method.</summary>
    public bool OverridesMethod { get; private set; }

    public void Add(string name, StringValues values) => _headers.Add((name, values));

    /// <summary>Gives every method, in capitals, that an application could take the request for.</summary>
    public IEnumerable<string> Methods() => _headers.Where(header => HeaderHygiene.OverridesMethod(OddHeaderNames.Hyphenated(header.Name)))
        .SelectMany(header => header.Values).SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries))
        .Select(method => method.ToUpperInvariant());

    /// <summary>Puts back what the route allows.</summary>
    /// <returns>The names of the rest, with hyphens.</returns>
    public IReadOnlyList<string> GiveBack(IHeaderDictionary headers, RoutePolicy policy)
    {
        List<string> rest = [];
        foreach ((string name, StringValues values) in _headers)
        {
            string hyphens = OddHeaderNames.Hyphenated(name);
            bool overrides = policy.MethodOverride == HeaderPolicy.Allow && HeaderHygiene.OverridesMethod(hyphens);
            if (!overrides && !(policy.IdentityHeaders == HeaderPolicy.Allow && IdentityHeaders.Are(hyphens)))
            {
                rest.Add(hyphens);
                continue;
            }
            OverridesMethod |= overrides;
            headers[name] = values;
        }
        return rest;
    }
}

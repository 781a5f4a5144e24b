using Gateway.Http;

namespace Gateway.Credentials;

/// <summary>Of several routes to which readings of one path lead: the one whose policy holds (reading rule 14).</summary>
internal static class StrictestRoute
{
    /// <summary>Gives the route that asks for no less than any other, in everything; null where there is none, or where they read different
    /// realms: then no policy can decide.</summary>
    public static Endpoint? Of(IReadOnlyCollection<Endpoint> routes)
    {
        foreach (Endpoint route in routes)
            if (PolicyOf(route) is { } policy && routes.All(other => PolicyOf(other) is { } theirs && AsksForNoLess(policy, theirs)))
                return route;
        return null;
    }

    /// <summary>Gives the matched route, under the policy of another.</summary>
    public static Endpoint With(Endpoint matched, Endpoint strictest)
    {
        IEnumerable<object> metadata = matched.Metadata.Where(item => item is not (RoutePolicy or ReadingPlan));
        // What a route allows of the headers is for its own paths.
        RoutePolicy policy = PolicyOf(strictest)! with { MethodOverride = HeaderPolicy.Drop, IdentityHeaders = HeaderPolicy.Drop };
        EndpointMetadataCollection both = new([.. metadata, policy, strictest.Metadata.GetRequiredMetadata<ReadingPlan>()]);
        return matched is RouteEndpoint route
            ? new RouteEndpoint(route.RequestDelegate!, route.RoutePattern, route.Order, both, route.DisplayName)
            : new Endpoint(matched.RequestDelegate, both, matched.DisplayName);
    }

    private static RoutePolicy? PolicyOf(Endpoint route) => route.Metadata.GetMetadata<RoutePolicy>();

    private static bool AsksForNoLess(RoutePolicy one, RoutePolicy other)
    {
        if (Rank(one.Session) < Rank(other.Session)) return false;
        // Who reads no credential asks for nothing, and for no realm.
        if (other.Session == SessionPolicy.Ignore) return true;
        return one.Realms.Order(StringComparer.Ordinal).SequenceEqual(other.Realms.Order(StringComparer.Ordinal))
            && (one.RefusesInvalid() || !other.RefusesInvalid())
            && (!one.MayServeStale() || other.MayServeStale())
            && one.Mode <= other.Mode
            && (one.EndAtExpiry || !other.EndAtExpiry);
    }

    private static int Rank(SessionPolicy session) => session switch { SessionPolicy.Required => 2, SessionPolicy.Optional => 1, _ => 0 };
}

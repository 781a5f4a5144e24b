using Gateway.Dialects.Zitadel.Messages;
using Gateway.Realms;
using Gateway.Sessions;
using Google.Protobuf.WellKnownTypes;

namespace Gateway.Dialects.Zitadel;

/// <summary>Which sessions a search finds, and how one looks.</summary>
internal static class SessionQueries
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    /// <summary>The subject that a query narrows the search to, so that the registry need not list everybody's.</summary>
    public static string? OnlySubject(ListSessionsRequest request)
        => request.Queries.FirstOrDefault(query => query.QueryCase == SearchQuery.QueryOneofCase.UserIdQuery)?.UserIdQuery.Id;

    /// <summary>All queries must match. Oldest first when asked to ascend, else newest first.</summary>
    public static List<SeenSession> Matching(IEnumerable<SeenSession> sessions, ListSessionsRequest request, SessionIdentity caller)
    {
        List<SeenSession> matching = [.. sessions.Where(session => request.Queries.All(query => Matches(session, query, caller))).OrderByDescending(session => session.FirstSeen)];
        if (request.Query is { Asc: true }) matching.Reverse();
        return matching;
    }

    public static IEnumerable<SeenSession> Page(List<SeenSession> sessions, ListQuery? query)
    {
        int limit = query is { Limit: > 0 } ? (int)Math.Min(query.Limit, MaxLimit) : DefaultLimit;
        return sessions.Skip((int)Math.Min(query?.Offset ?? 0, int.MaxValue)).Take(limit);
    }

    public static Session Describe(SeenSession seen, string organization)
    {
        Session session = new()
        {
            Id = seen.Id,
            CreationDate = seen.FirstSeen.ToTimestamp(),
            ChangeDate = seen.LastSeen.ToTimestamp(),
            ExpirationDate = seen.ExpiresAt?.ToTimestamp(),
        };
        if (seen.Subject is not null)
            session.Factors = new() { User = new() { Id = seen.Subject, VerifiedAt = (seen.AuthenticatedAt ?? seen.FirstSeen).ToTimestamp(), OrganizationId = organization } };
        if (seen.Address is null && seen.UserAgent is null) return session;
        session.UserAgent = new();
        if (seen.Address is not null) session.UserAgent.Ip = seen.Address;
        if (seen.UserAgent is not null) session.UserAgent.Description = seen.UserAgent;
        return session;
    }

    private static bool Matches(SeenSession session, SearchQuery query, SessionIdentity caller) => query.QueryCase switch
    {
        SearchQuery.QueryOneofCase.IdsQuery => query.IdsQuery.Ids.Contains(session.Id),
        SearchQuery.QueryOneofCase.UserIdQuery => session.Subject == query.UserIdQuery.Id,
        SearchQuery.QueryOneofCase.CreationDateQuery => Compare(session.FirstSeen, query.CreationDateQuery.CreationDate, query.CreationDateQuery.Method),
        SearchQuery.QueryOneofCase.ExpirationDateQuery => session.ExpiresAt is { } expires && Compare(expires, query.ExpirationDateQuery.ExpirationDate, query.ExpirationDateQuery.Method),
        // Who created a session, and with which browser, the gateway only knows as far as it is the session's own user.
        SearchQuery.QueryOneofCase.CreatorQuery => session.Subject is not null && session.Subject == (query.CreatorQuery.HasId ? query.CreatorQuery.Id : caller.Subject),
        SearchQuery.QueryOneofCase.UserAgentQuery => false,
        _ => true,
    };

    private static bool Compare(DateTimeOffset instant, Timestamp? bound, TimestampQueryMethod method)
    {
        // Compared as protobuf's own pairs: a bound may lie outside of what DateTimeOffset holds.
        Timestamp value = instant.ToTimestamp();
        int order = bound is null ? 1 : value.Seconds != bound.Seconds ? value.Seconds.CompareTo(bound.Seconds) : value.Nanos.CompareTo(bound.Nanos);
        return method switch
        {
            TimestampQueryMethod.Equals => order == 0,
            TimestampQueryMethod.Greater => order > 0,
            TimestampQueryMethod.GreaterOrEquals => order >= 0,
            TimestampQueryMethod.Less => order < 0,
            TimestampQueryMethod.LessOrEquals => order <= 0,
            _ => true,
        };
    }
}

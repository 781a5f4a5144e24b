using Gateway.Dialects.Zitadel.Messages;
using Gateway.Revocation;
using Gateway.Sessions;
using Google.Protobuf.WellKnownTypes;

namespace Gateway.Dialects.Zitadel;

/// <summary>Which sessions a search finds, in which order, and how one looks.</summary>
internal sealed class SessionQueries
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private const int MaxQueries = 100;
    private const int Few = 100;

    private readonly Func<SeenSession, bool>[] _queries;

    /// <exception cref="ZitadelException">INVALID_ARGUMENT: more queries than anybody asks.</exception>
    public SessionQueries(ListSessionsRequest request, SessionIdentity caller)
    {
        if (request.Queries.Count > MaxQueries)
            throw new ZitadelException(ZitadelError.Malformed(
                $"invalid ListSessionsRequest.Queries: value must contain no more than {MaxQueries} item(s)"));
        _queries = [.. request.Queries.Select(query => Matcher(query, caller))];
        OnlySubject = request.Queries.FirstOrDefault(query => query.QueryCase == SearchQuery.QueryOneofCase.UserIdQuery)?.UserIdQuery.Id;
        FewIds = request.Queries.Where(query => query.QueryCase == SearchQuery.QueryOneofCase.IdsQuery)
            .Select(query => query.IdsQuery.Ids.ToHashSet()).FirstOrDefault(ids => ids.Count <= Few);
        Offset = (int)Math.Min(request.Query?.Offset ?? 0, int.MaxValue);
        End = (long)Offset + (request.Query is { Limit: > 0 } page ? Math.Min(page.Limit, MaxLimit) : DefaultLimit);
        Order = request.Query is { Asc: true } ? static (a, b) => LiveSessions.Newest(b, a) : LiveSessions.Newest;
    }

    /// <summary>The subject that a query narrows the search to, so that the registry need not list everybody's.</summary>
    public string? OnlySubject { get; }

    /// <summary>The only ids that can match, where they are few; null otherwise.</summary>
    public IReadOnlyCollection<string>? FewIds { get; }

    public int Offset { get; }

    /// <summary>How many come before the end of the page.</summary>
    public long End { get; }

    /// <summary>Oldest first when asked to ascend, else newest first.</summary>
    public Comparison<SeenSession> Order { get; }

    /// <summary>Gives all queries must.</summary>
    public bool Match(SeenSession session)
    {
        foreach (Func<SeenSession, bool> query in _queries)
            if (!query(session)) return false;
        return true;
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
            session.Factors = new() { User = new() { Id = seen.Subject, VerifiedAt = (seen.AuthenticatedAt ?? seen.FirstSeen).ToTimestamp(),
                OrganizationId = organization } };
        if (seen.Address is null && seen.UserAgent is null) return session;
        session.UserAgent = new();
        if (seen.Address is not null) session.UserAgent.Ip = seen.Address;
        if (seen.UserAgent is not null) session.UserAgent.Description = seen.UserAgent;
        return session;
    }

    private static Func<SeenSession, bool> Matcher(SearchQuery query, SessionIdentity caller)
    {
        switch (query.QueryCase)
        {
            case SearchQuery.QueryOneofCase.IdsQuery:
                HashSet<string> ids = [.. query.IdsQuery.Ids];
                return session => ids.Contains(session.Id);
            case SearchQuery.QueryOneofCase.UserIdQuery:
                return session => session.Subject == query.UserIdQuery.Id;
            case SearchQuery.QueryOneofCase.CreationDateQuery:
                return session => Compare(session.FirstSeen, query.CreationDateQuery.CreationDate, query.CreationDateQuery.Method);
            case SearchQuery.QueryOneofCase.ExpirationDateQuery:
                return session => session.ExpiresAt is { } expires
                    && Compare(expires, query.ExpirationDateQuery.ExpirationDate, query.ExpirationDateQuery.Method);
            case SearchQuery.QueryOneofCase.CreatorQuery:
                // Who created a session, and with which browser, the gateway only knows as far as it is the session's own user.
                string? creator = query.CreatorQuery.HasId ? query.CreatorQuery.Id : caller.Subject;
                return session => session.Subject is not null && session.Subject == creator;
            case SearchQuery.QueryOneofCase.UserAgentQuery:
                return _ => false;
            default:
                return _ => true;
        }
    }

    private static bool Compare(DateTimeOffset instant, Timestamp? bound, TimestampQueryMethod method)
    {
        // Compared as protobuf's own pairs: a bound may lie outside of what DateTimeOffset holds.
        Timestamp value = instant.ToTimestamp();
        int order = bound is null
            ? 1
            : value.Seconds != bound.Seconds
            ? value.Seconds.CompareTo(bound.Seconds)
            : value.Nanos.CompareTo(bound.Nanos);
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

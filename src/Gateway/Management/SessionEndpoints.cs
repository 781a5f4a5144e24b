using System.ComponentModel;
using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Revocation;
using Gateway.Sessions;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Management;

/// <summary><c>/v1/sessions</c>: the registry.</summary>
internal static class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder v1)
    {
        RouteGroupBuilder group = v1.MapGroup("/sessions").WithTags("Sessions");
        group.MapGet("", ListAsync).WithSummary("Sessions that were seen, newest first").Produces<PageAnswer<SessionAnswer>>()
            .Problems(400);
        group.MapGet("/{realm}/{**id}", OneAsync).WithSummary("One session").Produces<SessionAnswer>().Problems(404);
    }

    private static async Task<IResult> ListAsync(
        HttpContext context, SessionRegistry registry, SessionGate gate, LiveConnections connections,
        string? realm, string? subject, string? client,
        [Description("Part of an address, a user agent or a subject.")] string? search,
        [Description("1 to 1000, default 100.")] string? count,
        [Description("The 'next' of the page before.")] string? after, CancellationToken cancellation)
    {
        Query query = new(context, "realm", "subject", "client", "search", "count", "after");
        int wanted = query.Count();
        int offset = (int)Math.Min(query.Number("after") ?? 0, int.MaxValue - 2000);
        IReadOnlyList<SeenSession> page = await registry.ListAsync(new(realm, subject, client, search), offset, wanted + 1, cancellation);
        Dictionary<IndexKey, int> open = connections.CountOf(page.Select(Key));
        return ManagementJson.Answer(new PageAnswer<SessionAnswer>(
            [.. page.Take(wanted).Select(session => SessionAnswer.Of(session, gate, open[Key(session)]))],
            page.Count > wanted ? (offset + wanted).ToString() : null));
    }

    private static async Task<IResult> OneAsync(HttpContext context, string realm, string id, SessionRegistry registry, SessionGate gate,
        LiveConnections connections, CancellationToken cancellation)
        => await registry.FindAsync(realm, ExactId(context, id), cancellation) is { } session
            ? ManagementJson.Answer(SessionAnswer.Of(session, gate, connections.CountOf([Key(session)])[Key(session)]))
            : throw CallRefusedException.NotFound("This session has not been seen, or was forgotten.");

    private static IndexKey Key(SeenSession session) => IndexKey.ForSession(session.Realm, session.Id);

    // Kestrel leaves %2F in a path as it stands; the raw target tells an id's slash from its "%2F".
    private static string ExactId(HttpContext context, string id)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.Split('?')[0];
        string[] parts = target.Split('/', 5);
        return parts is ["", _, _, _, { Length: > 0 } raw] ? Uri.UnescapeDataString(raw) : id;
    }
}

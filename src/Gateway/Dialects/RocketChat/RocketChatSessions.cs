using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Dialects.RocketChat;

/// <summary>What the six calls do once the caller may make them.</summary>
internal sealed class RocketChatSessions(LiveSessions sessions, SessionEnder ender)
{
    public Task<RocketChatAnswer> ListOwn(DialectCall call, SessionIdentity caller, PageParameters page) => List(call, new SessionFilter(call.Realm, caller.Subject), page, withUser: false);

    public Task<RocketChatAnswer> ListAll(DialectCall call, SessionIdentity caller, PageParameters page) => List(call, new SessionFilter(call.Realm), page, withUser: true);

    /// <summary>An own session, also one that has ended.</summary>
    public async Task<RocketChatAnswer> InfoOwn(DialectCall call, SessionIdentity caller, string id)
        => await Own(call, caller, id) is { } session ? Info(session, withUser: false) : RocketChatAnswer.NotFound;

    /// <summary>Anybody's live session; the id is matched exactly.</summary>
    public async Task<RocketChatAnswer> InfoAny(DialectCall call, SessionIdentity caller, string id)
        => await sessions.Find(call.Realm, id, call.Context.RequestAborted) is { } session && sessions.IsLive(session) ? Info(session, withUser: true) : RocketChatAnswer.NotFound;

    /// <summary>Ends an own session; again for one that has ended already.</summary>
    public async Task<RocketChatAnswer> EndOwn(DialectCall call, SessionIdentity caller, string id)
        => await Own(call, caller, id) is null ? RocketChatAnswer.NotFound : await End(call, caller, id);

    /// <summary>Ends anybody's session; again for one that has ended already.</summary>
    public async Task<RocketChatAnswer> EndAny(DialectCall call, SessionIdentity caller, string id)
        => sessions.IsRevoked(call.Realm, id) || await sessions.Find(call.Realm, id, call.Context.RequestAborted) is not null
            ? await End(call, caller, id)
            : RocketChatAnswer.NotFound;

    private async Task<RocketChatAnswer> End(DialectCall call, SessionIdentity caller, string id)
    {
        await ender.EndOnce(call, new Target.Session(call.Realm, id), caller.Subject);
        return RocketChatAnswer.Success(json => json.WriteString("sessionId", id));
    }

    private async Task<SeenSession?> Own(DialectCall call, SessionIdentity caller, string id)
        => await sessions.Find(call.Realm, id, call.Context.RequestAborted) is { } session && session.Subject == caller.Subject ? session : null;

    private static RocketChatAnswer Info(SeenSession session, bool withUser) => RocketChatAnswer.Success(json => new SessionRow(session).Write(json, withUser));

    private async Task<RocketChatAnswer> List(DialectCall call, SessionFilter filter, PageParameters page, bool withUser)
    {
        FirstOf<SessionRow> rows = new(SessionSort.Parse(page.Sort), (long)page.FirstRow + page.Rows);
        await sessions.Walk(filter, session =>
        {
            SessionRow row = new(session);
            if (sessions.IsLive(session) && (string.IsNullOrEmpty(page.Filter) || row.Contains(page.Filter))) rows.Add(row);
        }, call.Context.RequestAborted);
        return RocketChatAnswer.Success(json =>
        {
            json.WriteStartArray("sessions");
            foreach (SessionRow row in rows.Items().Skip(page.FirstRow))
            {
                json.WriteStartObject();
                row.Write(json, withUser);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteNumber("count", page.Rows);
            json.WriteNumber("offset", page.FirstRow);
            json.WriteNumber("total", rows.Total);
        });
    }
}

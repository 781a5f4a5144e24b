using Gateway.Logout;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Dialects.RocketChat;

/// <summary>What the six calls do once the caller may make them.</summary>
internal sealed class RocketChatSessions(LiveSessions sessions, SessionEnder ender)
{
    public Task<RocketChatAnswer> ListOwnAsync(DialectCall call, SessionIdentity caller, PageParameters page)
        => ListAsync(call, new SessionFilter(call.Realm, caller.Subject), page, withUser: false);

    public Task<RocketChatAnswer> ListAllAsync(DialectCall call, SessionIdentity caller, PageParameters page)
        => ListAsync(call, new SessionFilter(call.Realm), page, withUser: true);

    /// <summary>Gives an own session, also one that has ended.</summary>
    public async Task<RocketChatAnswer> InfoOwnAsync(DialectCall call, SessionIdentity caller, string id)
        => await OwnAsync(call, caller, id) is { } session ? Info(session, withUser: false) : RocketChatAnswer.NotFound;

    /// <summary>Answers with anybody's live session; the id is matched exactly.</summary>
    public async Task<RocketChatAnswer> InfoAnyAsync(DialectCall call, SessionIdentity caller, string id)
        => await sessions.FindAsync(call.Realm, id, call.Context.RequestAborted) is { } session && sessions.IsLive(session)
            ? Info(session, withUser: true) : RocketChatAnswer.NotFound;

    /// <summary>Ends an own session; again for one that has ended already.</summary>
    public async Task<RocketChatAnswer> EndOwnAsync(DialectCall call, SessionIdentity caller, string id)
        => await OwnAsync(call, caller, id) is null ? RocketChatAnswer.NotFound
            : await EndAsync(call, caller, id, caller.SessionId == id ? RevocationRight.Holder : RevocationRight.Owner);

    /// <summary>Ends anybody's session; again for one that has ended already.</summary>
    public async Task<RocketChatAnswer> EndAnyAsync(DialectCall call, SessionIdentity caller, string id)
        => sessions.IsRevoked(call.Realm, id) || await sessions.FindAsync(call.Realm, id, call.Context.RequestAborted) is not null
            ? await EndAsync(call, caller, id, RevocationRight.Administrator)
            : RocketChatAnswer.NotFound;

    private async Task<RocketChatAnswer> EndAsync(DialectCall call, SessionIdentity caller, string id, RevocationRight right)
    {
        await ender.EndOnceAsync(call, new Target.Session(call.Realm, id), caller.Subject, right);
        return RocketChatAnswer.Success(json => json.WriteString("sessionId", id));
    }

    private async Task<SeenSession?> OwnAsync(DialectCall call, SessionIdentity caller, string id)
        => await sessions.FindAsync(call.Realm, id, call.Context.RequestAborted) is { } session && session.Subject == caller.Subject
            ? session : null;

    private static RocketChatAnswer Info(SeenSession session, bool withUser)
        => RocketChatAnswer.Success(json => new SessionRow(session).Write(json, withUser));

    private async Task<RocketChatAnswer> ListAsync(DialectCall call, SessionFilter filter, PageParameters page, bool withUser)
    {
        FirstOf<SessionRow> rows = new(SessionSort.Parse(page.Sort), (long)page.FirstRow + page.Rows);
        await sessions.WalkAsync(filter, session =>
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

using Gateway.Dialects.Zitadel.Messages;
using Gateway.Enforcement;
using Gateway.Logout;
using Gateway.Revocation;
using Gateway.Sessions;
using Google.Protobuf.WellKnownTypes;

namespace Gateway.Dialects.Zitadel;

/// <summary>The three calls of the session service, whatever the wire.</summary>
internal sealed class SessionOperations(ZitadelOptions options, ZitadelCaller callers, CallerResolver tokens, LiveSessions sessions,
    SessionEnder ender)
{
    private const string DeletePermission = "session.delete";
    private const string ReadPermission = "session.read";

    public async Task<DeleteSessionResponse> DeleteAsync(DialectCall call, DeleteSessionRequest request)
    {
        SessionIdentity caller = await callers.AuthenticateAsync(call);
        Validate(request.SessionId, nameof(DeleteSessionRequest));
        SeenSession? seen = await sessions.FindAsync(call.Realm, request.SessionId, call.Context.RequestAborted);

        RevocationRight right = request.SessionToken.Length > 0 || caller.SessionId == request.SessionId ? RevocationRight.Holder
            : IsOwn(caller, request.SessionId, seen) ? RevocationRight.Owner : RevocationRight.Administrator;
        // A token in the body is the only thing that counts then, for an administrator too.
        if (request.SessionToken.Length > 0) await ProveAsync(call, request.SessionId, request.SessionToken, ZitadelError.BadSessionToken);
        else if (right == RevocationRight.Administrator)
        {
            if (!caller.Permissions.Contains(DeletePermission)) throw new ZitadelException(ZitadelError.NoPermission);
            bool known = seen is not null || sessions.IsRevoked(call.Realm, request.SessionId);
            if (!known && options.UnknownSessions == UnknownSessions.Refuse) throw new ZitadelException(ZitadelError.NoSession);
        }

        RevocationOutcome outcome = await ender.EndOnceAsync(call, new Target.Session(call.Realm, request.SessionId), caller.Subject,
            right);
        return new()
        {
            Details = new()
            {
                Sequence = (ulong)outcome.Position.Number,
                ChangeDate = outcome.Fact.At.ToTimestamp(),
                ResourceOwner = Organization(call),
                CreationDate = (seen?.FirstSeen ?? outcome.Fact.At).ToTimestamp(),
            },
        };
    }

    public async Task<GetSessionResponse> GetAsync(DialectCall call, GetSessionRequest request)
    {
        SessionIdentity caller = await callers.AuthenticateAsync(call);
        Validate(request.SessionId, nameof(GetSessionRequest));
        SeenSession? seen = await sessions.FindAsync(call.Realm, request.SessionId, call.Context.RequestAborted);
        if (seen is null || sessions.IsRevoked(seen)) throw new ZitadelException(ZitadelError.NoSession);
        if (request.SessionToken.Length > 0)
            await ProveAsync(call, request.SessionId, request.SessionToken, ZitadelError.BadSessionTokenOfQuery);
        else if (!IsOwn(caller, request.SessionId, seen) && !MayReadAll(caller)) throw new ZitadelException(ZitadelError.NoPermission);
        return new() { Session = SessionQueries.Describe(seen, Organization(call)) };
    }

    public async Task<ListSessionsResponse> ListAsync(DialectCall call, ListSessionsRequest request)
    {
        SessionIdentity caller = await callers.AuthenticateAsync(call);
        SessionQueries queries = new(request, caller);
        FirstOf<SeenSession> found = new(queries.Order, queries.End);
        bool all = MayReadAll(caller);
        void Visit(SeenSession session)
        {
            // Without permission: one's own, and nobody's that merely has no subject either.
            if (sessions.IsLive(session) && (all || IsOwn(caller, session.Id, session)) && queries.Match(session)) found.Add(session);
        }
        // Sessions that are asked for by their ids need no look at the others.
        if (queries.FewIds is { } ids)
        {
            foreach (string id in ids)
                if (await sessions.FindAsync(call.Realm, id, call.Context.RequestAborted) is { } session) Visit(session);
        }
        else
            await sessions.WalkAsync(new SessionFilter(call.Realm, all ? queries.OnlySubject : caller.Subject), Visit,
                call.Context.RequestAborted);
        return new()
        {
            Details = new() { TotalResult = (ulong)found.Total, Timestamp = sessions.Now.ToTimestamp() },
            Sessions = { found.Items().Skip(queries.Offset).Select(session => SessionQueries.Describe(session, Organization(call))) },
        };
    }

    private static bool IsOwn(SessionIdentity caller, string id, SeenSession? seen)
        => caller.SessionId == id || (caller.Subject is not null && seen?.Subject == caller.Subject);

    private static bool MayReadAll(SessionIdentity caller)
        => caller.Permissions.Contains(ReadPermission) || caller.Permissions.Contains(DeletePermission);

    private string Organization(DialectCall call) => options.Organization ?? call.Realm;

    private static void Validate(string sessionId, string request)
    {
        if (sessionId.EnumerateRunes().Count() is < 1 or > 200) throw new ZitadelException(ZitadelError.BadSessionId(request));
    }

    /// <summary>
    /// Lets the session's own token prove it, also after the session was ended; a token that was itself revoked does not.
    /// </summary>
    private async Task ProveAsync(DialectCall call, string sessionId, string token, ZitadelError otherwise)
    {
        Verdict proof = await tokens.TokenAsync(call, token);
        if (proof.Standing == Standing.Unavailable) throw new ZitadelException(ZitadelError.Unavailable);
        if (proof.Identity?.SessionId != sessionId || proof.RevokedBy == TargetKind.Token) throw new ZitadelException(otherwise);
    }
}

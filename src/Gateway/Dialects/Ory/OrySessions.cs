using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Enforcement;
using Gateway.Logout;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Dialects.Ory;

/// <summary>What a user may do to his own sessions.</summary>
internal sealed class OrySessions(OryCredentials credentials, OryApplication application, RealmKinds kinds, LiveSessions sessions,
    OwnSessions own, SessionEnder ender)
{
    /// <summary>Ends every session of the caller but this one: one cut-off, so that sessions which nobody has seen end too.
    /// The count is the registry's.</summary>
    public async Task EndOthersAsync(DialectCall call)
    {
        SessionIdentity caller = await credentials.AuthenticateAsync(call, OryError.NoSession);
        int count = await CountAsync(call, caller);
        await ender.EndAsync(call, new Target.Subject(call.Realm, caller.Subject!, ExceptSession: caller.SessionId), caller.Subject,
            RevocationRight.Owner);
        await OryJson.WriteAsync(call, new JsonObject { ["count"] = count });
    }

    public async Task ListOthersAsync(DialectCall call)
    {
        if (kinds.IsLookup(call.Realm) && (await credentials.CallerAsync(call)).Standing == Standing.Invalid
            && await application.TryRefuseAsync(call)) return;
        SessionIdentity caller = await credentials.AuthenticateAsync(call, OryError.NoSession);
        OryPaging paging = OryPaging.Of(call.Request);
        FirstOf<SeenSession> others = await OthersAsync(call, caller, paging.End);
        paging.WriteHeaders(call, others.Total);
        await OryJson.WriteAsync(call,
            new JsonArray([.. paging.Of(others.Items()).Select(session => OryDocuments.Of(session, active: true))]));
    }

    /// <summary>Ends one other session of the caller. The revocation is bound to the caller's subject, so that somebody else's cannot be
    /// ended. Of an id that is no session of his there is nothing to record: who makes ids up must not fill the log.</summary>
    public async Task EndOneAsync(DialectCall call)
    {
        SessionIdentity caller = await credentials.AuthenticateAsync(call, OryError.NoSession);
        string id = kinds.IsLookup(call.Realm) ? OryUuid.Canonical(call.Parameter) : call.Parameter;
        if (id == caller.SessionId) throw new OryException(OryError.CurrentSession);
        if (await own.HasAsync(call.Realm, id, caller.Subject!, call.Context.RequestAborted) == Known.No)
            await ender.EndUnknownAsync(call, caller.Subject!);
        else
            await ender.EndOnceAsync(call, new Target.Session(call.Realm, id, caller.Subject), caller.Subject, RevocationRight.Owner);
        await OryJson.NoContentAsync(call);
    }

    public async Task WhoAmIAsync(DialectCall call)
    {
        // A browser asks in advance without credentials; what it may do is the application's to say.
        if (HttpMethods.IsOptions(call.Request.Method) && call.Request.Headers.AccessControlRequestMethod.Count > 0)
        {
            await PassOnAsync(call);
            return;
        }
        if (kinds.IsLookup(call.Realm))
        {
            await WhoAmIOfApplicationAsync(call);
            return;
        }
        SessionIdentity caller = await credentials.AuthenticateAsync(call, OryError.NoCredentials);
        SeenSession? seen = await SeenAsync(call, caller);
        call.Response.Headers["X-Kratos-Authenticated-Identity-Id"] = caller.Subject!.All(c => c is > ' ' and <= '~')
            ? caller.Subject
            : Uri.EscapeDataString(caller.Subject!);
        await OryJson.WriteAsync(call, OryDocuments.Of(caller, seen));
    }

    private async Task WhoAmIOfApplicationAsync(DialectCall call)
    {
        Verdict caller = await credentials.CallerAsync(call);
        if (caller.Standing == Standing.Unavailable) throw new OryException(OryError.Unavailable);
        if (caller.Standing == Standing.Good) await application.AnswerAsync(call, caller.Identity!);
        else if (caller.Standing != Standing.Invalid || !await application.TryRefuseAsync(call))
            throw new OryException(OryError.NoCredentials);
    }

    /// <summary>Ends the session of the token in the body; no other credential is asked for.</summary>
    public async Task EndByTokenAsync(DialectCall call)
    {
        string token = await TokenAsync(call);
        Verdict holder = await credentials.OfTokenAsync(call, token);
        if (holder.Standing == Standing.Unavailable) throw new OryException(OryError.Unavailable);
        if (holder.Identity is not { } identity) throw new OryException(OryError.UnknownToken);
        if (identity.SessionId is { } session) await ender.EndOnceAsync(call, new Target.Session(call.Realm, session), identity.Subject,
            RevocationRight.Holder);
        else if (holder.Standing == Standing.Good)
            await ender.EndAsync(call, new Target.Token(call.Realm, identity.TokenId ?? identity.Fingerprint!), identity.Subject,
                RevocationRight.Holder);
        await OryJson.NoContentAsync(call);
    }

    // Applications ask this before whatever they do: a registry that cannot be read takes the device from the answer, no more.
    private async Task<SeenSession?> SeenAsync(DialectCall call, SessionIdentity caller)
    {
        try
        {
            return await sessions.FindAsync(call.Realm, caller.SessionId!, call.Context.RequestAborted);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    // The figure must not stand in the way of the logout: a registry that cannot be read counts nothing.
    private async Task<int> CountAsync(DialectCall call, SessionIdentity caller)
    {
        try
        {
            return (await OthersAsync(call, caller, 0)).Total;
        }
        catch (StoreUnavailableException)
        {
            return 0;
        }
    }

    private async Task<FirstOf<SeenSession>> OthersAsync(DialectCall call, SessionIdentity caller, long first)
    {
        FirstOf<SeenSession> others = new(LiveSessions.Newest, first);
        await sessions.WalkAsync(new SessionFilter(call.Realm, caller.Subject), session =>
        {
            if (session.Id != caller.SessionId && sessions.IsLive(session)) others.Add(session);
        }, call.Context.RequestAborted);
        return others;
    }

    private static async Task<string> TokenAsync(DialectCall call)
    {
        byte[] body = await call.BodyAsync();
        if (body.Length == 0)
            throw new OryException(OryError.Malformed(
                "Unable to decode HTTP Request Body because its HTTP Header \"Content-Length\" is zero."));
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, new() { MaxDepth = 16, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("session_token", out JsonElement token))
                return token.ValueKind == JsonValueKind.String
                    ? token.GetString()!
                    : throw new OryException(OryError.Malformed("The member session_token must be a string."));
            if (document.RootElement.ValueKind == JsonValueKind.Object) return "";
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Said below, without repeating what was sent.
        }
        throw new OryException(OryError.Malformed("The request body is not the JSON object that this call expects."));
    }

    private static Task PassOnAsync(DialectCall call)
    {
        call.Response.Headers.Remove("Cache-Control");
        return call.PassOnAsync();
    }
}

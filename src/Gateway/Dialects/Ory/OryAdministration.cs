using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Http;
using Gateway.Logout;
using Gateway.Revocation;
using Gateway.Sessions;
using Gateway.Store;

namespace Gateway.Dialects.Ory;

/// <summary>What an administrator may do to anybody's sessions; the management listener has authenticated him.</summary>
internal sealed class OryAdministration(RealmKinds kinds, LiveSessions sessions, SessionEnder ender)
{
    private const int DefaultSize = 250;
    private const int MaxSize = 500;

    /// <summary>Records a cut-off for everything of the subject. It is recorded also when no session was seen, which is answered
    /// with 404 as in Kratos: a session that nobody has seen must not outlive it.</summary>
    public async Task EndAllOfAsync(DialectCall call)
    {
        string subject = Id(call);
        int count = await sessions.CountAsync(new SessionFilter(call.Realm, subject), call.Context.RequestAborted);
        await ender.EndAsync(call, new Target.Subject(call.Realm, subject), Actor.Of(call.Context).Name,
            RevocationRight.Administrator);
        if (count == 0) throw new OryException(OryError.NotFound);
        await OryJson.NoContentAsync(call);
    }

    /// <summary>Ends one session. It is recorded also when nobody has seen it, which is answered with 404 as in Kratos: it
    /// may live where the gateway has not looked yet.</summary>
    public async Task EndOneAsync(DialectCall call)
    {
        string id = Id(call);
        SeenSession? seen = await sessions.FindAsync(call.Realm, id, call.Context.RequestAborted);
        await ender.EndOnceAsync(call, new Target.Session(call.Realm, id), Actor.Of(call.Context).Name, RevocationRight.Administrator);
        if (seen is null) throw new OryException(OryError.NotFound);
        await OryJson.NoContentAsync(call);
    }

    public async Task ListOfAsync(DialectCall call)
    {
        string subject = Id(call);
        OryPaging paging = OryPaging.Of(call.Request);
        FirstOf<SeenSession> found = new(LiveSessions.Newest, paging.End);
        await WalkAsync(call, new SessionFilter(call.Realm, subject), found.Add);
        paging.WriteHeaders(call, found.Total);
        await OryJson.WriteAsync(call,
            new JsonArray([.. paging.Of(found.Items()).Select(session => OryDocuments.Of(session, sessions.IsLive(session)))]));
    }

    /// <summary>Lists everybody's, newest first, page after page by the last session of the one before.</summary>
    public async Task ListAsync(DialectCall call)
    {
        int size = Size(call.Request);
        string?[] expand = [.. call.Request.Query["expand"]];
        bool identity = expand.Contains("identity", StringComparer.OrdinalIgnoreCase);
        bool devices = expand.Contains("devices", StringComparer.OrdinalIgnoreCase);
        Func<SeenSession, bool> isAfter = After(call.Request.Query["page_token"]);
        FirstOf<SeenSession> found = new(LiveSessions.Newest, size);
        await WalkAsync(call, new SessionFilter(call.Realm), session =>
        {
            if (isAfter(session)) found.Add(session);
        });
        IReadOnlyList<SeenSession> page = found.Items();
        string links = Link(call.Request, size, null, "first");
        if (page.Count < found.Total) links += "," + Link(call.Request, size, page[^1], "next");
        call.Response.Headers.Link = links;
        await OryJson.WriteAsync(call,
            new JsonArray([.. page.Select(session => OryDocuments.Of(session, sessions.IsLive(session), identity, devices))]));
    }

    private string Id(DialectCall call) => kinds.IsLookup(call.Realm) ? OryUuid.Canonical(call.Parameter) : call.Parameter;

    private Task WalkAsync(DialectCall call, SessionFilter filter, Action<SeenSession> visit)
    {
        bool? active = Active(call.Request.Query["active"]);
        return sessions.WalkAsync(filter, session =>
        {
            if (active is null || sessions.IsLive(session) == active) visit(session);
        }, call.Context.RequestAborted);
    }

    // The spellings of Go's ParseBool.
    private static bool? Active(string? text) => text switch
    {
        null or "" => null,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new OryException(OryError.BadValue("could not parse parameter active")),
    };

    private static int Size(HttpRequest request)
    {
        string? text = request.Query["page_size"];
        if (string.IsNullOrEmpty(text)) return DefaultSize;
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int size)
            ? Math.Clamp(size, 1, MaxSize)
            : throw new OryException(OryError.BadValue("could not parse parameter page_size"));
    }

    private static Func<SeenSession, bool> After(string? token)
    {
        if (string.IsNullOrEmpty(token)) return _ => true;
        try
        {
            string[] key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split(' ', 2);
            if (key.Length == 2 && long.TryParse(key[0], CultureInfo.InvariantCulture, out long ticks))
                return session => session.FirstSeen.UtcTicks < ticks
                    || (session.FirstSeen.UtcTicks == ticks && string.CompareOrdinal(session.Id, key[1]) > 0);
        }
        catch (FormatException)
        {
            // Said below.
        }
        throw new OryException(OryError.BadValue("could not parse parameter page_token"));
    }

    private static string Link(HttpRequest request, int size, SeenSession? after, string relation)
    {
        string token = after is null ? "" : Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{after.FirstSeen.UtcTicks} {after.Id}"));
        return $"<{OryPaging.Address(request)}?page_size={size}{(token.Length > 0 ? "&page_token=" + token : "")}>; rel=\"{relation}\"";
    }
}

using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Management;
using Gateway.Revocation;
using Gateway.Sessions;

namespace Gateway.Dialects.Ory;

/// <summary>What an administrator may do to anybody's sessions; the management listener has authenticated him.</summary>
internal sealed class OryAdministration(RealmKinds kinds, LiveSessions sessions, SessionEnder ender)
{
    private const int DefaultSize = 250;
    private const int MaxSize = 500;

    /// <summary>A cut-off for everything of the subject. It is recorded also when no session was seen, which is answered
    /// with 404 as in Kratos: a session that nobody has seen must not outlive it.</summary>
    public async Task EndAllOf(DialectCall call)
    {
        string subject = Id(call);
        int count = (await sessions.List(new SessionFilter(call.Realm, subject), call.Context.RequestAborted)).Count;
        await ender.End(call, new Target.Subject(call.Realm, subject), Actor(call));
        if (count == 0) throw new OryException(OryError.NotFound);
        await OryJson.NoContent(call);
    }

    /// <summary>Ends one session. It is recorded also when nobody has seen it, which is answered with 404 as in Kratos: it
    /// may live where the gateway has not looked yet.</summary>
    public async Task EndOne(DialectCall call)
    {
        string id = Id(call);
        SeenSession? seen = await sessions.Find(call.Realm, id, call.Context.RequestAborted);
        await ender.EndOnce(call, new Target.Session(call.Realm, id), Actor(call));
        if (seen is null) throw new OryException(OryError.NotFound);
        await OryJson.NoContent(call);
    }

    public async Task ListOf(DialectCall call)
    {
        string subject = Id(call);
        List<SeenSession> all = await Matching(call, new SessionFilter(call.Realm, subject));
        OryPaging paging = OryPaging.Of(call.Request);
        paging.WriteHeaders(call, all.Count);
        await OryJson.Write(call, new JsonArray([.. paging.Of(all).Select(session => OryDocuments.Of(session, sessions.IsLive(session)))]));
    }

    /// <summary>Everybody's, newest first, page after page by the last session of the one before.</summary>
    public async Task List(DialectCall call)
    {
        int size = Size(call.Request);
        string?[] expand = [.. call.Request.Query["expand"]];
        bool identity = expand.Contains("identity", StringComparer.OrdinalIgnoreCase);
        bool devices = expand.Contains("devices", StringComparer.OrdinalIgnoreCase);
        List<SeenSession> all = await Matching(call, new SessionFilter(call.Realm));
        int start = After(all, call.Request.Query["page_token"]);
        List<SeenSession> page = all.GetRange(start, Math.Min(size, all.Count - start));
        string links = Link(call.Request, size, null, "first");
        if (start + page.Count < all.Count) links += "," + Link(call.Request, size, page[^1], "next");
        call.Response.Headers.Link = links;
        await OryJson.Write(call, new JsonArray([.. page.Select(session => OryDocuments.Of(session, sessions.IsLive(session), identity, devices))]));
    }

    private string Id(DialectCall call) => kinds.IsLookup(call.Realm) ? OryUuid.Canonical(call.Parameter) : call.Parameter;

    private static string Actor(DialectCall call) => ManagementCaller.Of(call.Context).Actor;

    private async Task<List<SeenSession>> Matching(DialectCall call, SessionFilter filter)
    {
        bool? active = Active(call.Request.Query["active"]);
        List<SeenSession> all = await sessions.All(filter, call.Context.RequestAborted);
        if (active is not null) all.RemoveAll(session => sessions.IsLive(session) != active);
        return all;
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

    private static int After(List<SeenSession> sessions, string? token)
    {
        if (string.IsNullOrEmpty(token)) return 0;
        try
        {
            string[] key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token)).Split(' ', 2);
            if (key.Length == 2 && long.TryParse(key[0], CultureInfo.InvariantCulture, out long ticks))
            {
                int found = sessions.FindIndex(session => session.FirstSeen.UtcTicks < ticks || (session.FirstSeen.UtcTicks == ticks && string.CompareOrdinal(session.Id, key[1]) > 0));
                return found < 0 ? sessions.Count : found;
            }
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

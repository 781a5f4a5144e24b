using System.Globalization;
using Gateway.Http;
using Gateway.Revocation;
using Microsoft.Extensions.Primitives;

namespace Gateway.Management;

/// <summary>The query of a list, read strictly: an unknown or repeated parameter is an error, because a mistyped filter
/// would list too much.</summary>
internal sealed class Query
{
    private readonly IQueryCollection _query;

    public Query(HttpContext context, params string[] known)
    {
        _query = context.Request.Query;
        foreach ((string name, StringValues values) in _query)
        {
            if (!known.Contains(name))
                throw CallRefusedException.BadRequest(
                    $"The parameter '{(name.Length <= 64 ? name : name[..64] + "…")}' is not known here. "
                        + $"Known: {string.Join(", ", known)}.");
            if (values.Count != 1) throw CallRefusedException.BadRequest($"The parameter '{name}' is there {values.Count} times.");
        }
    }

    public string? Text(string name) => _query.TryGetValue(name, out StringValues value) ? value.ToString() : null;

    public int Count(int otherwise = 100) => Number("count") switch
    {
        null => otherwise,
        >= 1 and <= 1000 and var count => (int)count,
        _ => throw CallRefusedException.BadRequest("'count' must be 1 to 1000."),
    };

    public long? Number(string name) => Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
        : throw CallRefusedException.BadRequest($"'{name}' must be a whole number.");

    public bool? Bool(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw CallRefusedException.BadRequest($"'{name}' must be true or false."),
    };

    public DateTimeOffset? Instant(string name) => Text(name) is not { } text ? null
        : Instants.TryParse(text, out DateTimeOffset instant) ? instant
        : throw CallRefusedException.BadRequest($"'{name}' must be an instant like 2026-01-31T12:00:00Z.");

    public TargetKind? Kind(string name) => Text(name) switch
    {
        null => null,
        "session" => TargetKind.Session,
        "token" => TargetKind.Token,
        "subject" => TargetKind.Subject,
        "client" => TargetKind.Client,
        "realm" or "everything" => TargetKind.Realm,
        _ => throw CallRefusedException.BadRequest($"'{name}' must be session, token, subject, client or realm."),
    };
}

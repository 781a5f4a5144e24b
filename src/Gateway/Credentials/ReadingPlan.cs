using Gateway.Http;
using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>A location of the configuration, and the realms of a route whose tokens stand there.</summary>
/// <param name="Realms">Realms of this location that the route reads.</param>
internal sealed record Reader(CredentialLocation Location, Realm[] Realms);

/// <summary>A header, cookie or query parameter by its name, with everything that is read from it.</summary>
/// <param name="Readers">One for each scheme; empty where only realms that the route does not read have it: then it is stripped.</param>
internal sealed record NamedLocation(CredentialLocationKind Kind, string Name, Reader[] Readers)
{
    public bool IsRead => Readers.Length > 0;

    /// <summary>Whether a realm here has tokens that cannot be recognised by their form.</summary>
    public bool HasFormlessTokens { get; } = Readers.Any(reader => reader.Realms.Any(realm => realm.Jwt is null));
}

/// <summary>What is read of a request on a route, as metadata of its endpoint.</summary>
internal sealed class ReadingPlan
{
    public ReadingPlan(RealmSet realms, RoutePolicy policy)
    {
        Policy = policy;
        ReadsNothing = policy.Session == SessionPolicy.Ignore || realms.All.Count == 0;
        Realm[] read = [.. realms.All.Where(realm => policy.Realms.Count == 0 || policy.Realms.Contains(realm.Name))];
        List<NamedLocation> locations = [];
        foreach (CredentialLocation location in realms.All.SelectMany(realm => realm.Locations))
        {
            if (locations.Exists(known => location.HasName(known.Kind, known.Name))) continue;
            List<Reader> readers = [];
            foreach (CredentialLocation same in read.SelectMany(realm => realm.Locations).Where(other => other.HasName(location.Kind, location.Name)))
            {
                if (readers.Exists(reader => reader.Location.IsSame(same))) continue;
                readers.Add(new(same, [.. read.Where(realm => realm.Locations.Any(same.IsSame))]));
            }
            locations.Add(new(location.Kind, location.Name, [.. readers]));
        }
        Headers = [.. locations.Where(location => location.Kind == CredentialLocationKind.Header)];
        Cookies = [.. locations.Where(location => location.Kind == CredentialLocationKind.Cookie)];
        Queries = [.. locations.Where(location => location.Kind == CredentialLocationKind.Query)];
        HasFormlessSchemes = Headers.Any(location => location.HasFormlessTokens && location.Readers.Any(reader => reader.Location.Scheme is not null));
        Companions = [.. read.SelectMany(realm => realm.Tokens.Companions).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    public RoutePolicy Policy { get; }

    /// <summary>No credential is looked for.</summary>
    public bool ReadsNothing { get; }
    public NamedLocation[] Headers { get; }
    public NamedLocation[] Cookies { get; }
    public NamedLocation[] Queries { get; }
    public bool HasFormlessSchemes { get; }
    public int Count => Headers.Length + Cookies.Length + Queries.Length;

    /// <summary>Headers that are part of the question to an application.</summary>
    public string[] Companions { get; }
}

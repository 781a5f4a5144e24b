using Gateway.Http;
using Gateway.Realms;

namespace Gateway.Credentials;

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
            Reader[] readers = ReadersOf(read, location);
            locations.Add(new(location.Kind, location.Name, readers, readers.Length > 0 ? readers : ReadersOf([.. realms.All], location)));
        }
        Headers = [.. locations.Where(location => location.Kind == CredentialLocationKind.Header)];
        Cookies = [.. locations.Where(location => location.Kind == CredentialLocationKind.Cookie)];
        Queries = [.. locations.Where(location => location.Kind == CredentialLocationKind.Query)];
        InPaths = [.. Cookies, .. Queries];
        Companion[] companions = [.. read.SelectMany(realm => realm.Tokens.Companions)];
        Companions = [.. companions.Select(companion => companion.Header).Distinct(StringComparer.OrdinalIgnoreCase)];
        CompanionCookies = [.. companions.Select(companion => companion.Cookie).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    public RoutePolicy Policy { get; }

    /// <summary>No credential is looked for.</summary>
    public bool ReadsNothing { get; }
    public NamedLocation[] Headers { get; }
    public NamedLocation[] Cookies { get; }
    public NamedLocation[] Queries { get; }

    /// <summary>What a server could find in a path that it divides into parameters.</summary>
    public NamedLocation[] InPaths { get; }

    /// <summary>Headers that are part of the question to an application.</summary>
    public string[] Companions { get; }

    /// <summary>Cookies that are.</summary>
    public string[] CompanionCookies { get; }

    private static Reader[] ReadersOf(Realm[] realms, CredentialLocation location)
    {
        List<Reader> readers = [];
        foreach (CredentialLocation same in realms.SelectMany(realm => realm.Locations)
            .Where(other => other.HasName(location.Kind, location.Name)))
        {
            if (readers.Exists(reader => reader.Location.IsSame(same))) continue;
            readers.Add(new(same, [.. realms.Where(realm => realm.Locations.Any(same.IsSame))]));
        }
        return [.. readers];
    }
}

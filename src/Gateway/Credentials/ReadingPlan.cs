using Gateway.Http;
using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>A location of the configuration, and the realms of a route whose tokens stand there.</summary>
/// <param name="Realms">Realms of this location that the route reads.</param>
internal sealed record Reader(CredentialLocation Location, Realm[] Realms)
{
    public bool HasJwts { get; } = Array.Exists(Realms, static realm => realm.Jwt is not null);
}

/// <summary>A header, cookie or query parameter by its name, with everything that is read from it.</summary>
/// <param name="Readers">One for each scheme; empty where only realms that the route does not read have it: then it is taken out.</param>
/// <param name="Judges">Those who can judge what stands here: the readers, or, where the route reads none, the realms that it belongs to.</param>
internal sealed record NamedLocation(CredentialLocationKind Kind, string Name, Reader[] Readers, Reader[] Judges)
{
    public bool IsRead => Readers.Length > 0;

    /// <summary>Its name as lenient readers compare names.</summary>
    public FoldedName Folded { get; } = new(Name);

    /// <summary>Who reads a cookie or a query parameter: no scheme tells several apart there. Null where the route reads none of its realms.</summary>
    public Reader? OnlyReader => Readers.Length > 0 ? Readers[0] : null;

    /// <summary>One of the judges whose realms have JWTs; null when none has.</summary>
    public Reader? JwtReader { get; } = Array.Find(Judges, static reader => reader.HasJwts);

    /// <summary>One whose realms have tokens without a form of their own; null when none has.</summary>
    public Reader? FormlessReader { get; } = Array.Find(Judges, static reader => Array.Exists(reader.Realms, static realm => realm.Jwt is null));

    public override string ToString() => new CredentialLocation(Kind, Name).ToString();
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
            Reader[] readers = ReadersOf(read, location);
            locations.Add(new(location.Kind, location.Name, readers, readers.Length > 0 ? readers : ReadersOf([.. realms.All], location)));
        }
        Headers = [.. locations.Where(location => location.Kind == CredentialLocationKind.Header)];
        Cookies = [.. locations.Where(location => location.Kind == CredentialLocationKind.Cookie)];
        Queries = [.. locations.Where(location => location.Kind == CredentialLocationKind.Query)];
        InPaths = [.. Cookies, .. Queries];
        Companions = [.. read.SelectMany(realm => realm.Tokens.Companions).Distinct(StringComparer.OrdinalIgnoreCase)];
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

    private static Reader[] ReadersOf(Realm[] realms, CredentialLocation location)
    {
        List<Reader> readers = [];
        foreach (CredentialLocation same in realms.SelectMany(realm => realm.Locations).Where(other => other.HasName(location.Kind, location.Name)))
        {
            if (readers.Exists(reader => reader.Location.IsSame(same))) continue;
            readers.Add(new(same, [.. realms.Where(realm => realm.Locations.Any(same.IsSame))]));
        }
        return [.. readers];
    }
}

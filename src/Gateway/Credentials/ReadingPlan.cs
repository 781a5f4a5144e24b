using Gateway.Enforcement;
using Gateway.Realms;

namespace Gateway.Credentials;

/// <summary>A place of the configuration, and the realms of a route whose tokens stand there.</summary>
/// <param name="Realms">Realms of this place that the route reads.</param>
internal sealed record Reader(Place Place, Realm[] Realms);

/// <summary>A header, cookie or query parameter by its name, with everything that is read from it.</summary>
/// <param name="Readers">One for each scheme; empty where only realms that the route does not read have it: then it is stripped.</param>
internal sealed record NamedPlace(PlaceKind Kind, string Name, Reader[] Readers)
{
    public bool IsRead => Readers.Length > 0;

    /// <summary>Whether a realm here has tokens that cannot be recognised by their form.</summary>
    public bool HasFormlessTokens { get; } = Readers.Any(reader => reader.Realms.Any(realm => realm.Jwt is null));
}

/// <summary>What is read of a request on a route: made once for each policy.</summary>
internal sealed class ReadingPlan
{
    public ReadingPlan(RealmSet realms, RoutePolicy policy)
    {
        Realm[] read = [.. realms.All.Where(realm => policy.Realms.Count == 0 || policy.Realms.Contains(realm.Name))];
        List<NamedPlace> places = [];
        foreach (Place place in realms.All.SelectMany(realm => realm.Places))
        {
            if (places.Exists(known => place.HasName(known.Kind, known.Name))) continue;
            List<Reader> readers = [];
            foreach (Place same in read.SelectMany(realm => realm.Places).Where(other => other.HasName(place.Kind, place.Name)))
            {
                if (readers.Exists(reader => reader.Place.IsSame(same))) continue;
                readers.Add(new(same, [.. read.Where(realm => realm.Places.Any(same.IsSame))]));
            }
            places.Add(new(place.Kind, place.Name, [.. readers]));
        }
        Headers = [.. places.Where(place => place.Kind == PlaceKind.Header)];
        Cookies = [.. places.Where(place => place.Kind == PlaceKind.Cookie)];
        Queries = [.. places.Where(place => place.Kind == PlaceKind.Query)];
        HasFormlessSchemes = Headers.Any(place => place.HasFormlessTokens && place.Readers.Any(reader => reader.Place.Scheme is not null));
        Companions = [.. read.SelectMany(realm => realm.Tokens.Companions).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    public NamedPlace[] Headers { get; }
    public NamedPlace[] Cookies { get; }
    public NamedPlace[] Queries { get; }
    public bool HasFormlessSchemes { get; }
    public int Count => Headers.Length + Cookies.Length + Queries.Length;

    /// <summary>Headers that are part of the question to an application.</summary>
    public string[] Companions { get; }
}

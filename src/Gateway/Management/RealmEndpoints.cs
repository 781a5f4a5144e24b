using Gateway.Http;
using Gateway.Realms;

namespace Gateway.Management;

/// <summary><c>/v1/realms</c>.</summary>
internal static class RealmEndpoints
{
    public static void MapRealms(this IEndpointRouteBuilder v1)
        => v1.MapGet("/realms", List).WithTags("Realms").WithSummary("The realms, and what a logout ends in each")
            .Produces<PageAnswer<RealmAnswer>>();

    private static IResult List(RealmSet realms, RealmsOptions options, TokenTies ties)
        => ManagementJson.Answer(new PageAnswer<RealmAnswer>(
    [
        .. realms.All.Select(realm => new RealmAnswer
        {
            Name = realm.Name,
            Kind = options[realm.Name] switch
            {
                { Jwt: not null } => nameof(RealmOptions.Jwt),
                { Lookup: not null } => nameof(RealmOptions.Lookup),
                { Introspection: not null } => nameof(RealmOptions.Introspection),
                _ => nameof(RealmOptions.Opaque),
            },
            Preset = options[realm.Name].Preset?.ToString(),
            Lineage = options[realm.Name].Lineage,
            Logout = ties.Of(realm.Name),
            Keys = realm.Tokens.Keys,
            Ready = realm.Tokens.NotReady is null,
            Trouble = realm.Tokens.NotReady,
        }),
    ], null));
}

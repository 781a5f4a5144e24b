using Gateway.Realms;
using Gateway.Realms.Jwt;

namespace Gateway.Credentials;

/// <summary>Two realms that nobody could tell apart. Realms that share a location are told apart by <c>iss</c>: of all that
/// share one, at most one may have other tokens than JWTs, and no two JWT realms the same issuer.</summary>
internal static class RealmConflicts
{
    /// <summary>Gives each with its path in the configuration and the cure.</summary>
    public static IReadOnlyList<(string Path, string Message)> In(IReadOnlyDictionary<string, RealmOptions> realms)
    {
        List<(string, string)> conflicts = [];
        (string Name, RealmOptions Options)[] all = [.. realms.Select(realm => (realm.Key, realm.Value))];
        for (int one = 0; one < all.Length; one++)
        {
            for (int other = one + 1; other < all.Length; other++)
            {
                foreach ((CredentialLocation mine, CredentialLocation theirs) in LookAlikes(all[one].Options, all[other].Options))
                    conflicts.Add(($"Gateway:Realms:{all[other].Name}",
                        $"The {mine} of realm {all[one].Name} and the {theirs} of realm {all[other].Name} could be taken for one another. "
                            + "Give one of them a name that differs by more than case, signs, and a number at its end."));
                if (Shared(all[one].Options, all[other].Options) is not { } location
                    || Reason(all[one].Options, all[other].Options) is not { } reason) continue;
                conflicts.Add(($"Gateway:Realms:{all[other].Name}",
                    $"Realms {all[one].Name} and {all[other].Name} cannot be told apart: both read the {location}, and {reason}."));
            }
        }
        return conflicts;
    }

    private static IEnumerable<(CredentialLocation, CredentialLocation)> LookAlikes(RealmOptions one, RealmOptions other) =>
        from mine in Realm.LocationsOf(one)
        from theirs in Realm.LocationsOf(other)
        where mine.Kind == theirs.Kind && !mine.HasName(theirs.Kind, theirs.Name)
            && (mine.Kind == CredentialLocationKind.Header
                ? OddHeaderNames.AreTwins(mine.Name, theirs.Name)
                : new FoldedName(theirs.Name).Matches(mine.Name))
        select (mine, theirs);

    private static CredentialLocation? Shared(RealmOptions one, RealmOptions other)
    {
        IReadOnlyList<CredentialLocation> locations = Realm.LocationsOf(other);
        return Realm.LocationsOf(one).FirstOrDefault(location => locations.Any(location.IsSame));
    }

    private static string? Reason(RealmOptions one, RealmOptions other)
    {
        if (one.Jwt is null && other.Jwt is null) return "neither has JWTs, whose issuer would tell. Give one of them another location";
        if (one.Jwt is null || other.Jwt is null) return null;
        if (IssuersOf(one.Jwt) is not { } first || IssuersOf(other.Jwt) is not { } second)
            return "the issuer of one is not known before its MetadataAddress has been read. Set its Issuer";
        foreach (string issuer in first.All)
            if (second.All.Contains(issuer) || second.MayBe(issuer)) return Both(issuer);
        foreach (string issuer in second.All)
            if (first.MayBe(issuer)) return Both(issuer);
        return null;

        static string Both(string issuer) => $"both have the issuer {issuer}. Give one of them another location";
    }

    // Some take a slash at the end for nothing: so do conflicts.
    private static AcceptedIssuers? IssuersOf(JwtOptions options)
    {
        IReadOnlyList<string>? issuers = AcceptedIssuers.Of(options)?.All;
        if (issuers is null && (options.Issuer ?? options.Authority) is { } one) issuers = [one];
        return issuers is null ? null : new([.. issuers.Select(issuer => issuer.TrimEnd('/'))]);
    }
}

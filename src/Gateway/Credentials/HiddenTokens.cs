using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Credentials;

/// <summary>Reading rules 1 and 10: a Basic credential passes beside tokens that have no form; one that holds a revoked token
/// does not.</summary>
internal static class HiddenTokens
{
    /// <summary>What the parts of Basic credentials would stand for as tokens of the realms that have their header.</summary>
    public static IEnumerable<SessionIdentity> In(IHeaderDictionary headers, ReadingPlan plan)
    {
        foreach (NamedLocation location in plan.Headers)
        {
            if (!location.HasFormlessTokens || headers[location.Name] is not [{ } value] || TokenText.Basic(value) is not { } basic) continue;
            foreach (Realm realm in location.Readers.SelectMany(reader => reader.Realms).Where(realm => realm.Jwt is null))
                foreach (string part in (string[])[basic.User, basic.Password])
                    yield return new SessionIdentity(realm.Name, Fingerprint.Of(part), fingerprint: Fingerprint.Of(part));
        }
    }
}

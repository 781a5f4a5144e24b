using System.Text;
using Gateway.Cluster;
using Gateway.Configuration;
using Gateway.Dialects;
using Gateway.Enforcement;
using Gateway.Http;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.TwoFactor;
using Yarp.ReverseProxy.Configuration;

namespace Gateway.Management;

/// <summary>Tells what a configuration comes to, on one screen; no secrets.</summary>
internal sealed class ConfigurationSummary(
    ConfigurationReading reading, StoreOptions store, ClusterOptions cluster, RealmsOptions realms, DialectsOptions dialects,
    TwoFactorOptions twoFactor, RevocationOptions revocation, ManagementOptions management, EnforcementOptions enforcement,
    IEnumerable<IProxyConfigProvider> routes)
{
    private const int Most = 8;

    public string Write(IEnumerable<string> addresses, IEnumerable<string> troubles)
    {
        StringBuilder text = new();
        Line("configuration", reading.File ?? "none");
        Line("listens at", string.Join(", ", addresses));
        Line("management", management.Url + (management.Keys.Count > 0
            ? $", keys: {string.Join(", ", management.Keys.Select(key => key.Name))}" : ""));
        Line("store", store.Kind == StoreKind.Sqlite
            ? $"Sqlite, {store.Path}"
            : $"Redis, prefix {store.Prefix}, replica in {store.LocalCopy}, lease {cluster.Lease}");
        Lines("realms", realms.Select(
            realm => $"{realm.Key}: {Kind(realm.Value)}; {string.Join(", ", realm.Value.Credentials.Select(Location))}"));
        Lines("routes", routes.SelectMany(provider => provider.GetConfig().Routes)
            .Select(route => Route(route, RouteMetadata.Parse(route, enforcement.Mode))));
        Line("dialects", string.Join(", ", Dialects().DefaultIfEmpty("none")));
        foreach (string trouble in troubles) Line("NOTE", trouble);
        return text.ToString().TrimEnd();

        void Line(string name, string value) => text.Append($"  {name,-14} {value}\n");
        void Lines(string name, IEnumerable<string> values)
        {
            string[] all = [.. values];
            if (all.Length == 0) Line(name, "none");
            foreach ((int index, string value) in all.Take(Most).Index()) Line(index == 0 ? name : "", value);
            if (all.Length > Most) Line("", $"and {all.Length - Most} more");
        }
    }

    /// <summary>Tells what is allowed, but seldom meant.</summary>
    public IEnumerable<string> Warnings()
    {
        if (realms.Count == 0) yield return "No realm is configured, so no session is known and none can be ended.";
        if (Uri.TryCreate(management.Url, UriKind.Absolute, out Uri? listener) && listener is { Scheme: "http", IsLoopback: false })
            yield return $"The management listener {management.Url} is not on loopback and not https: keys cross the network in clear "
                + "text.";
        if (store.Kind == StoreKind.Redis && twoFactor is { Enabled: true, KeyFile: null } && dialects.RocketChat is { Enabled: true })
            yield return "Second factors lie in Redis and in local replicas beside the keys that encrypt them. Give every node the same "
                + "Gateway:TwoFactor:KeyFile to keep them apart.";
        if (enforcement.Mode == EnforcementMode.Report)
            yield return "Gateway:Enforcement:Mode is Report: what is revoked is refused, what else would be is logged and goes on.";
        foreach ((string name, RealmOptions realm) in realms)
        {
            if (TokenLifetimes.AreEndless(realm))
                yield return $"Sessions of realm {name} have no end that is known here: a revoked one is alive again after "
                    + $"Gateway:Revocation:KeepFor ({revocation.KeepFor}). Make that as long as the longest session.";
            if (realm.Jwt is { AnyAudience: true, Signer: null, RequiredClaims.Count: 0 })
                yield return $"Realm {name} takes tokens for any audience.";
            if (realm.Jwt is { } tenants && tenants.Issuers.Exists(issuer => issuer.Contains("{tenantid}", StringComparison.Ordinal))
                && !tenants.RequiredClaims.ContainsKey("tid"))
                yield return $"Realm {name} takes tokens of every tenant of its provider. Name yours in Jwt:RequiredClaims:tid, unless "
                    + "everybody is meant.";
            if (realm.Credentials.Any(credential => credential.Query is not null))
                yield return $"Realm {name} reads tokens from the query, where logs of others may keep them.";
        }
    }

    private static string Kind(RealmOptions realm) => realm switch
    {
        { Jwt: { } jwt } => $"Jwt of {jwt.Authority ?? jwt.Issuer ?? jwt.Issuers.FirstOrDefault() ?? jwt.MetadataAddress}",
        { Lookup: { } lookup } => $"Lookup at {lookup.Url}",
        { Introspection: { } introspection } => $"Introspection at {introspection.Url}",
        _ => "Opaque",
    };

    private static string Location(CredentialOptions credential) => credential switch
    {
        { Header: { } header, Scheme: { } scheme } => $"header {header} {scheme}",
        { Header: { } header } => $"header {header}",
        { Cookie: { } cookie } => $"cookie {cookie}",
        _ => $"query {credential.Query}",
    };

    private static string Route(RouteConfig route, RoutePolicy policy)
    {
        string realms = policy.Realms.Count > 0 ? " of " + string.Join(", ", policy.Realms) : "";
        string reports = policy.Mode == EnforcementMode.Report ? ", only reports" : "";
        string path = route.Match.Path ?? "any path";
        return $"{route.RouteId}: {path} → {route.ClusterId}; session {policy.Session}{realms}, when stale {policy.WhenStale}{reports}";
    }

    private IEnumerable<string> Dialects()
    {
        if (dialects.RocketChat is { Enabled: true } chat) yield return $"RocketChat ({chat.Realm})";
        if (dialects.Zitadel is { Enabled: true } zitadel) yield return $"Zitadel ({zitadel.Realm})";
        if (dialects.Ory is { Enabled: true } ory) yield return $"Ory ({ory.Realm})";
    }
}

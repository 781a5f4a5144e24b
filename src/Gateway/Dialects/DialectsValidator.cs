using Gateway.Configuration;
using Gateway.Dialects.Ory;
using Gateway.Dialects.RocketChat;
using Gateway.Realms;

namespace Gateway.Dialects;

/// <summary>Checks the section <c>Gateway:Dialects</c>.</summary>
internal sealed class DialectsValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        DialectsOptions options = checks.Options<DialectsOptions>();
        RealmsOptions realms = checks.Options<RealmsOptions>();
        checks = checks.At("Gateway:Dialects");
        Common(options.RocketChat, realms, checks.At(nameof(options.RocketChat)));
        Common(options.Zitadel, realms, checks.At(nameof(options.Zitadel)));
        Common(options.Ory, realms, checks.At(nameof(options.Ory)));
        if (options.RocketChat is { } chat) RocketChat(chat, checks.At(nameof(options.RocketChat)));
        if (options.Ory is { } ory) Ory(ory, checks.At(nameof(options.Ory)));
    }

    private static void Common(DialectOptions? dialect, RealmsOptions realms, Checks checks)
    {
        if (dialect is not { Enabled: true }) return;
        const string key = nameof(dialect.Realm);
        if (!realms.TryGetValue(dialect.Realm, out RealmOptions? realm))
            checks.Add(key, (dialect.Realm.Length == 0 ? "is missing; " : $"there is no realm '{dialect.Realm}'; ") + Known(realms));
        else
            checks.That(realm.Opaque is null, key,
                $"the realm '{dialect.Realm}' is Opaque: its sessions have no subject, so nobody can be told whose they are. Bind the "
                    + "dialect to a Jwt, Lookup or Introspection realm.");
        checks.That(realm?.Lookup is not { Subject: null }, key,
            $"the realm '{dialect.Realm}' does not say where its Lookup finds the Subject, so nobody can be told whose a session is. Set "
                + "Lookup:Subject, as in /identity/id.");
        foreach ((int index, string host) in dialect.Hosts.Index())
            checks.That(Uri.CheckHostName(host.Split(':')[0]) != UriHostNameType.Unknown, $"{nameof(dialect.Hosts)}:{index}",
                $"'{host}' is no host; write chat.example or chat.example:8443.");
    }

    private static void RocketChat(RocketChatOptions chat, Checks checks)
    {
        checks.Between(chat.RateLimit.Calls, 1, 1_000_000);
        checks.Between(chat.RateLimit.Per, TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1));
    }

    private static void Ory(OryOptions ory, Checks checks)
    {
        checks.Token(ory.Cookie, "cookie name");
        foreach ((int index, string prefix) in ory.PathPrefixes.Index())
            checks.That(prefix.Length == 0
                || prefix[0] == '/' && prefix[^1] != '/' && !prefix.Contains("//")
                && prefix.All(character => char.IsAsciiLetterOrDigit(character) || "/-._~".Contains(character)),
                $"{nameof(ory.PathPrefixes)}:{index}",
                $"'{prefix}' is no prefix; write \"\" or one like /auth, without a slash at its end.");
        string[] clusters = [.. checks.Configuration.GetSection("ReverseProxy:Clusters").GetChildren().Select(cluster => cluster.Key)];
        if (ory.AdministrationCluster is { } named && !clusters.Contains(named, StringComparer.OrdinalIgnoreCase))
            checks.Add(nameof(ory.AdministrationCluster), $"there is no cluster '{named}'; configured: {string.Join(", ", clusters)}.");
    }

    private static string Known(RealmsOptions realms)
        => realms.Count == 0 ? "none is configured." : $"configured: {string.Join(", ", realms.Keys)}.";
}

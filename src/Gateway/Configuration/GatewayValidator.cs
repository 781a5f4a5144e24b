using System.Text;
using Gateway.Credentials;
using Gateway.Hosting;
using Gateway.TwoFactor;

namespace Gateway.Configuration;

/// <summary>What a key by itself cannot show: values out of range, keys that need or exclude one another, names that
/// nothing bears, files that are missing. Each room has its part; every problem is reported.</summary>
internal sealed class GatewayValidator(List<Problem> problems, ConfigurationFolder folder)
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly Checks _check = new(problems);

    public void Validate(GatewayOptions options)
    {
        RealmsValidator realms = new(problems, folder);
        realms.Validate(options.Realms);
        foreach ((string path, string message) in RealmConflicts.In(options.Realms)) problems.Add(new(path, message));
        Store(options.Store);
        Cluster(options.Cluster);
        Revocation(options.Revocation);
        Sessions(options.Sessions);
        Enforcement(options.Enforcement);
        Dialects(options.Dialects, options.Realms);
        new TwoFactorValidator(_check, folder).Validate(options.TwoFactor);
        Management(options.Management);
        Stopping(options.Stopping);
        if (options.Observability.OtlpEndpoint is { } otlp) _check.HttpUrl(otlp, "Gateway:Observability:OtlpEndpoint", "http://127.0.0.1:4317");
    }

    private void Store(StoreOptions store)
    {
        const string path = "Gateway:Store";
        if (store.Kind == StoreKind.Sqlite)
        {
            File(store.Path, $"{path}:Path");
            _check.That(store.Connection is null, $"{path}:Connection", "goes with Kind Redis, but Kind is Sqlite. Set Kind to Redis or take Connection out.");
            return;
        }
        File(store.LocalCopy, $"{path}:LocalCopy");
        _check.Text(store.Connection, $"{path}:Connection", "is missing; a StackExchange.Redis connection string like 127.0.0.1:6379.");
        if (!string.IsNullOrEmpty(store.Connection) && Gateway.Store.Redis.ConnectionString.Problem(store.Connection) is { } problem)
            _check.That(false, $"{path}:Connection", problem);
        _check.That(store.Prefix.Length > 0 && store.Prefix.All(character => char.IsAsciiLetterOrDigit(character) || "-_.{}".Contains(character)), $"{path}:Prefix", $"'{store.Prefix}' is no prefix: letters, digits, '-', '_', '.', and braces around a hash tag.");
        int open = store.Prefix.IndexOf('{'), close = store.Prefix.IndexOf('}');
        _check.That(open < 0 && close < 0 || close > open + 1 && store.Prefix.Count(character => character is '{' or '}') == 2, $"{path}:Prefix", $"'{store.Prefix}' holds no whole hash tag; write one like {{gateway}}.");
        _check.Between(store.Replicas, 0, 100, $"{path}:Replicas");

        void File(string file, string at)
        {
            _check.Text(file, at, "is empty; name a file like gateway.db.");
            _check.That(file.Length == 0 || !Directory.Exists(folder.Resolve(file)), at, $"'{file}' is a folder; name a file in it.");
        }
    }

    private void Cluster(ClusterOptions cluster)
    {
        _check.Between(cluster.Lease, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1), "Gateway:Cluster:Lease");
        _check.Between(cluster.AnswerWithin, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10), "Gateway:Cluster:AnswerWithin");
    }

    private void Revocation(RevocationOptions revocation)
    {
        _check.That(revocation.KeepFor > TimeSpan.Zero && revocation.KeepFor <= 36500 * Day, "Gateway:Revocation:KeepFor", $"{revocation.KeepFor} is out of range: it must be as long as the longest session, like 30.00:00:00.");
        _check.Between(revocation.ClockSkew, TimeSpan.Zero, TimeSpan.FromMinutes(10), "Gateway:Revocation:ClockSkew");
    }

    private void Sessions(SessionsOptions sessions)
    {
        _check.Between(sessions.Capacity, 1, 100_000_000, "Gateway:Sessions:Capacity");
        _check.Between(sessions.FlushEvery, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), "Gateway:Sessions:FlushEvery");
        _check.Between(sessions.ForgetAfter, TimeSpan.FromSeconds(1), 36500 * Day, "Gateway:Sessions:ForgetAfter");
    }

    private void Enforcement(EnforcementOptions enforcement)
    {
        const string path = "Gateway:Enforcement";
        // RFC 6455 section 7.4: those below 3000 have fixed meanings, and 1004 to 1006 and 1015 are never sent.
        _check.That(enforcement.CloseCode is >= 3000 and <= 4999 or >= 1000 and <= 1003 or >= 1007 and <= 1014, $"{path}:CloseCode", $"{enforcement.CloseCode} cannot be sent in a Close frame (RFC 6455 section 7.4); 3000 to 4999, like 4401.");
        _check.That(Encoding.UTF8.GetByteCount(enforcement.CloseReason) <= 123, $"{path}:CloseReason", "is longer than the 123 bytes that a Close frame holds.");
        _check.Between(enforcement.CloseTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1), $"{path}:CloseTimeout");
        _check.That(!enforcement.LastEvent.Contains('\n') && !enforcement.LastEvent.Contains('\r'), $"{path}:LastEvent", "must be one line; an empty one sends no last event.");
        _check.Between(enforcement.EndAtATime, 1, 10_000, $"{path}:EndAtATime");
        _check.Between(enforcement.TokenCache, 0, 100_000_000, $"{path}:TokenCache");
        foreach ((int index, string proxy) in enforcement.TrustedProxies.Index())
            _check.That(Checks.IsAddressOrNetwork(proxy), $"{path}:TrustedProxies:{index}", $"'{proxy}' is no address or network; write 10.0.0.1 or 10.0.0.0/8.");
    }

    private void Dialects(DialectsOptions dialects, Dictionary<string, RealmOptions> realms)
    {
        const string path = "Gateway:Dialects";
        foreach ((string name, DialectOptions? dialect) in ((string, DialectOptions?)[])[("RocketChat", dialects.RocketChat), ("Zitadel", dialects.Zitadel), ("Ory", dialects.Ory)])
        {
            if (dialect is not { Enabled: true }) continue;
            string at = $"{path}:{name}:Realm";
            if (!realms.TryGetValue(dialect.Realm, out RealmOptions? realm))
                problems.Add(new(at, dialect.Realm.Length == 0 ? $"is missing; {RealmsValidator.Known(realms)}." : $"there is no realm '{dialect.Realm}'; {RealmsValidator.Known(realms)}."));
            else
                _check.That(realm.Opaque is null, at, $"the realm '{dialect.Realm}' is Opaque: its sessions have no subject, so nobody can be told whose they are. Bind the dialect to a Jwt, Lookup or Introspection realm.");
            _check.That(realm?.Lookup is not { Subject: null }, at, $"the realm '{dialect.Realm}' does not say where its Lookup finds the Subject, so nobody can be told whose a session is. Set Lookup:Subject, as in /identity/id.");
            foreach ((int index, string host) in dialect.Hosts.Index())
                _check.That(Uri.CheckHostName(host.Split(':')[0]) != UriHostNameType.Unknown, $"{path}:{name}:Hosts:{index}", $"'{host}' is no host; write chat.example or chat.example:8443.");
        }
        if (dialects.RocketChat is { } chat)
        {
            _check.Between(chat.RateLimit.Calls, 1, 1_000_000, $"{path}:RocketChat:RateLimit:Calls");
            _check.Between(chat.RateLimit.Per, TimeSpan.FromMilliseconds(1), Day, $"{path}:RocketChat:RateLimit:Per");
        }
        if (dialects.Ory is not { } ory) return;
        _check.Token(ory.Cookie, $"{path}:Ory:Cookie", "cookie name");
        foreach ((int index, string prefix) in ory.PathPrefixes.Index())
            _check.That(prefix.Length == 0 || prefix[0] == '/' && prefix[^1] != '/' && !prefix.Contains("//") && prefix.All(character => char.IsAsciiLetterOrDigit(character) || "/-._~".Contains(character)),
                $"{path}:Ory:PathPrefixes:{index}", $"'{prefix}' is no prefix; write \"\" or one like /auth, without a slash at its end.");
    }

    private void Stopping(StoppingOptions stopping)
    {
        _check.Between(stopping.Announce, TimeSpan.Zero, TimeSpan.FromMinutes(10), "Gateway:Stopping:Announce");
        _check.Between(stopping.Drain, TimeSpan.Zero, TimeSpan.FromHours(1), "Gateway:Stopping:Drain");
    }

    private void Management(ManagementOptions management)
    {
        const string path = "Gateway:Management";
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach ((int index, ManagementKeyOptions key) in management.Keys.Index())
        {
            _check.Text(key.Name, $"{path}:Keys:{index}:Name", "is missing; name the key after who uses it.");
            _check.That(names.Add(key.Name), $"{path}:Keys:{index}:Name", $"'{key.Name}' is the name of another key, too. The audit tells callers apart by it.");
            _check.That(key.Sha256.Length == 64 && key.Sha256.All(char.IsAsciiHexDigit), $"{path}:Keys:{index}:Sha256", "must be the SHA-256 of the key in 64 hexadecimal digits, never the key itself. 'printf %s KEY | sha256sum' gives it, or let 'key create NAME' keep one in the store.");
        }
    }
}

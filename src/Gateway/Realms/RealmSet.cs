using System.Collections.Frozen;
using Gateway.Configuration;
using Gateway.Realms.Jwt;

namespace Gateway.Realms;

/// <summary>All configured realms.</summary>
internal sealed class RealmSet
{
    private readonly FrozenDictionary<string, Realm> _byName;

    public RealmSet(RealmsOptions options, int tokenCache, ConfigurationFolder folder, KeptDocuments kept, ProviderClient client,
        TimeProvider time, ILoggerFactory loggers, LineageSeal? seal = null)
    {
        SignatureGate gate = new(Environment.ProcessorCount);
        All = [.. options.Select(realm => Make(realm.Key, realm.Value, tokenCache, folder, kept, client, time, loggers,
            seal ?? new LineageSeal(null, time), gate))];
        _byName = All.ToFrozenDictionary(realm => realm.Name, StringComparer.Ordinal);
    }

    public IReadOnlyList<Realm> All { get; }

    public Realm? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Tells readyz what is known now, without asking anybody.</summary>
    public IReadOnlyList<RealmState> States() => [.. All.Select(realm => new RealmState(realm.Name, realm.Tokens.NotReady))];

    /// <summary>Asks, for <c>check --online</c>, each provider now.</summary>
    public async Task<IReadOnlyList<RealmState>> ProbeAsync(CancellationToken cancellation)
        => await Task.WhenAll(All.Select(async realm => new RealmState(realm.Name, await realm.Tokens.ProbeAsync(cancellation))));

    private static Realm Make(string name, RealmOptions options, int capacity, ConfigurationFolder folder, KeptDocuments kept,
        ProviderClient client, TimeProvider time, ILoggerFactory loggers, LineageSeal seal, SignatureGate gate)
    {
        Grants grants = new(options.Permissions);
        Lineage lineage = new(options.Lineage);
        ITokenKind tokens = options switch
        {
            { Jwt: { JwksFile: { } file } jwt } =>
                new JwtTokens(name, jwt, grants, lineage,
                    new FileKeys(name, jwt.Issuer ?? jwt.Issuers.FirstOrDefault() ?? "", folder.Resolve(file), time,
                        loggers.CreateLogger<FileKeys>()), time, gate),
            { Jwt: { JwksUri: { } address } jwt } when address.Contains(NamedKeys.Name, StringComparison.Ordinal) =>
                new JwtTokens(name, jwt, grants, lineage,
                    new NamedKeys(name, jwt.Issuer ?? jwt.Issuers.FirstOrDefault() ?? "", jwt, client.Http, time,
                        loggers.CreateLogger<NamedKeys>()), time, gate, padded: options.Preset == RealmPreset.AwsAlb),
            { Jwt: { } jwt } =>
                new JwtTokens(name, jwt, grants, lineage,
                    new DiscoveredKeys(name, jwt, client.Http, kept, time, loggers.CreateLogger<DiscoveredKeys>()), time, gate),
            { Lookup: { } lookup } => new LookupTokens(name, lookup, grants, lineage, client, time),
            { Introspection: { } introspection } => new IntrospectionTokens(name, introspection, grants, lineage, client, time),
            _ => new OpaqueTokens(name, time, seal, options.Lineage.Contains(OpaqueTokens.Renewals)
                ? [.. options.Credentials.Select(credential => credential.Cookie).OfType<string>()] : []),
        };
        return new Realm(name, options, tokens, new TokenCache(capacity, signed: tokens is JwtTokens));
    }
}

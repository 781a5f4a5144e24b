using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Gateway.Realms.Jwt;

/// <summary>Keys that are each fetched by their name, when a token names one for the first time: a public key in PEM (RFC 7468), as AWS
/// publishes those of its load balancers. A name goes into an address, so it is letters, digits and hyphens alone.</summary>
internal sealed partial class NamedKeys(string realm, string issuer, JwtOptions options, HttpClient http, TimeProvider time, ILogger logger)
    : KeySource(realm)
{
    public const string Name = "{kid}";
    private const int LongestName = 64, MostKeys = 100, MostAtATime = 5, MostWaiting = 64;
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private readonly Dictionary<string, SecurityKey> _keys = [];

    // Asked for lately, without a key in the answer.
    private readonly HashSet<string> _absent = new(StringComparer.Ordinal);
    private long? _began;
    private int _fetched;
    private int _waiting;

    public override string? Issuer => issuer;

    public override ValueTask<KeySet?> ReadyAsync()
    {
        Begin();
        return ValueTask.FromResult(Current);
    }

    public override ValueTask<KeySet?> LookForNewAsync() => ReadyAsync();

    public override async ValueTask<KeySet?> LookForAsync(string keyId)
    {
        Begin();
        if (!IsName(keyId)) return Current;
        // A flood of forged names does not pile up here: who finds too many waiting has no key.
        if (Interlocked.Increment(ref _waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref _waiting);
            return Current;
        }
        await _fetching.WaitAsync();
        Interlocked.Decrement(ref _waiting);
        try
        {
            if (!_keys.ContainsKey(keyId) && MayFetch(keyId)) await FetchAsync(keyId);
        }
        finally { _fetching.Release(); }
        return Current;
    }

    public override Task UpkeepAsync(CancellationToken cancellation)
    {
        Begin();
        return Task.CompletedTask;
    }

    // There is no list of them: only a token tells which there are.
    public override Task<string?> ProbeAsync(CancellationToken cancellation)
    {
        Begin();
        return Task.FromResult<string?>(null);
    }

    public static bool IsName(string keyId)
        => keyId.Length is > 0 and <= LongestName && keyId.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');

    private void Begin()
    {
        if (Current is null) Publish(new KeySet(issuer, [], ""), time.GetUtcNow());
    }

    private async Task FetchAsync(string keyId)
    {
        using CancellationTokenSource timeout = new(FetchTimeout, time);
        try
        {
            KeyDocuments documents = new(http, options.RequireHttps);
            string pem = await documents.GetDocumentAsync(options.JwksUri!.Replace(Name, keyId), timeout.Token);
            if (_keys.Count >= MostKeys) _keys.Clear();
            _keys[keyId] = Read(keyId, pem);
            Publish(new KeySet(issuer, _keys.Values, string.Join(' ', _keys.Keys.Order(StringComparer.Ordinal))), time.GetUtcNow());
            LogRead(logger, Realm, keyId);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or FormatException or ArgumentException
            or CryptographicException or IOException)
        {
            _absent.Add(keyId);
            LogUnreadable(logger, Realm, keyId, error.Message);
        }
    }

    // Names of a flood of forged tokens ask for few, and for none of them twice.
    private bool MayFetch(string keyId)
    {
        if (_began is null || time.GetElapsedTime(_began.Value) >= options.RefreshAtMostEvery)
        {
            _began = time.GetTimestamp();
            _fetched = 0;
            _absent.Clear();
        }
        return !_absent.Contains(keyId) && _fetched++ < MostAtATime;
    }

    private static ECDsaSecurityKey Read(string keyId, string pem)
    {
        if (pem.Length > 16 * 1024) throw new FormatException("It is too long for a key.");
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return new ECDsaSecurityKey(key) { KeyId = keyId };
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    [LoggerMessage(EventId = 1010, Level = LogLevel.Information, Message = "Realm {Realm}: the key {Key} was read.")]
    private static partial void LogRead(ILogger logger, string realm, string key);

    [LoggerMessage(EventId = 1011, Level = LogLevel.Warning, Message = "Realm {Realm}: the key {Key} cannot be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string realm, string key, string reason);
}

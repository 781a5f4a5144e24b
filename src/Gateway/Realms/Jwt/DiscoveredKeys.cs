using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Gateway.Realms.Jwt;

/// <summary>
/// Keys that a provider publishes (OpenID Connect Discovery 1.0). They are fetched at the start, then each
/// <c>RefreshEvery</c>, and when a token names an unknown one. A provider that is away leaves the keys of before in
/// force; those are kept in the store, for a start while it is away.
/// </summary>
internal sealed partial class DiscoveredKeys(string realm, JwtOptions options, HttpClient http, KeptDocuments kept, TimeProvider time,
    ILogger logger) : KeySource(realm)
{
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan WaitAfterFailure = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(30);

    private readonly string _address = options.JwksUri ?? options.MetadataAddress
        ?? options.Authority!.TrimEnd('/') + "/.well-known/openid-configuration";
    private readonly string _keptAs = "keys " + realm;
    private readonly Lock _lock = new();
    private Task? _fetching;
    private long? _fetched;
    private bool _restored;
    private volatile bool _failed;

    public override string? Issuer => options.Issuer ?? options.Issuers.FirstOrDefault() ?? Current?.Issuer ?? options.Authority;

    public override async ValueTask<KeySet?> ReadyAsync()
    {
        if (Current is null) await RestoreAsync();
        if (Current is not null) return Current;
        Task fetching = FetchAsync(FirstRetry);
        // After a failure requests wait briefly: a provider that does not answer must not hold them all.
        if (_failed) await Task.WhenAny(fetching, Task.Delay(WaitAfterFailure, time));
        else await fetching;
        return Current;
    }

    public override async ValueTask<KeySet?> LookForNewAsync()
    {
        await FetchAsync(options.RefreshAtMostEvery);
        return Current;
    }

    public override async Task UpkeepAsync(CancellationToken cancellation)
    {
        await RestoreAsync();
        TimeSpan retry = FirstRetry;
        while (true)
        {
            await FetchAsync(TimeSpan.Zero);
            bool good = Trouble is null;
            await Task.Delay(good ? options.RefreshEvery : retry, time, cancellation);
            retry = good ? FirstRetry : retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }
    }

    public override async Task<string?> ProbeAsync(CancellationToken cancellation)
    {
        await FetchAsync(TimeSpan.Zero).WaitAsync(cancellation);
        return Trouble;
    }

    /// <summary>Fetches, one at a time; all who ask meanwhile wait for it. None begins when the last began less than
    /// <paramref name="atMostEvery"/> ago.</summary>
    private Task FetchAsync(TimeSpan atMostEvery)
    {
        lock (_lock)
        {
            if (_fetching is { IsCompleted: false }) return _fetching;
            if (_fetched is { } last && time.GetElapsedTime(last) < atMostEvery) return Task.CompletedTask;
            _fetched = time.GetTimestamp();
            return _fetching = FetchNowAsync();
        }
    }

    private async Task FetchNowAsync()
    {
        // Lets go of the lock, and of the request that happened to ask first.
        await Task.Yield();
        try
        {
            using CancellationTokenSource timeout = new(FetchTimeout, time);
            KeyDocuments documents = new(http, options.RequireHttps);
            KeySet keys = await ReadAsync(documents, documents.Keep, timeout.Token);
            if (!Publish(keys, time.GetUtcNow())) return;
            LogRead(logger, Realm, _address, keys.Count, PassedOver(keys));
            await kept.WriteAsync(_keptAs, keys.Text, CancellationToken.None);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // Whatever a broken provider answers is its failure; the library wraps some of it and not the rest.
            string reason = error is OperationCanceledException
                ? $"no answer within {FetchTimeout.TotalSeconds:0} s"
                : (error.InnerException ?? error).Message;
            _failed = true;
            Fail($"its provider at {_address} cannot be asked for keys: {reason}");
            LogUnreachable(logger, Realm, _address, reason,
                Current is null ? "its tokens are answered 503 until it is back" : "the last known keys stay in force");
        }
    }

    private async Task<KeySet> ReadAsync(IDocumentRetriever documents, Func<string> text, CancellationToken cancellation)
    {
        if (options.JwksUri is not null)
        {
            string set = await documents.GetDocumentAsync(_address, cancellation);
            return Read(Issuer ?? "", set, text());
        }
        OpenIdConnectConfiguration found = OpenIdConnectConfiguration.Create(await documents.GetDocumentAsync(_address, cancellation));
        if (string.IsNullOrEmpty(found.Issuer)) throw new FormatException("The discovery document names no issuer.");
        if (string.IsNullOrEmpty(found.JwksUri)) throw new FormatException("The discovery document names no jwks_uri.");
        if (options.Authority is { } authority && options is { Issuer: null, Issuers.Count: 0 }
            && authority.TrimEnd('/') != found.Issuer.TrimEnd('/'))
            LogOtherIssuer(logger, Realm, authority, found.Issuer);
        string keys = await documents.GetDocumentAsync(found.JwksUri, cancellation);
        return Read(options.Issuer ?? found.Issuer, keys, text());
    }

    private async Task RestoreAsync()
    {
        if (_restored) return;
        _restored = true;
        try
        {
            if (kept.Read(_keptAs) is not { } text || KeyDocuments.Kept.Read(text) is not { } documents) return;
            KeySet keys = await ReadAsync(documents, () => text, CancellationToken.None);
            if (Current is not null) return;
            Publish(keys, time.GetUtcNow());
            LogRestored(logger, Realm, keys.Count);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            LogNotRestored(logger, Realm, error.Message);
        }
    }

    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "Realm {Realm}: {Count} keys read from {Address}{Passed}.")]
    private static partial void LogRead(ILogger logger, string realm, string address, int count, string passed);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Warning,
        Message = "Realm {Realm}: the provider at {Address} cannot be asked for keys ({Reason}); {Consequence}.")]
    private static partial void LogUnreachable(ILogger logger, string realm, string address, string reason, string consequence);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Information, Message = "Realm {Realm}: {Count} last known keys taken from the store.")]
    private static partial void LogRestored(ILogger logger, string realm, int count);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Warning,
        Message = "Realm {Realm}: the keys that the store holds cannot be read: {Reason}")]
    private static partial void LogNotRestored(ILogger logger, string realm, string reason);

    [LoggerMessage(EventId = 1004, Level = LogLevel.Warning,
        Message = "Realm {Realm}: the document at {Authority} says that its issuer is {Issuer}; that is the one that tokens must name.")]
    private static partial void LogOtherIssuer(ILogger logger, string realm, string authority, string issuer);
}

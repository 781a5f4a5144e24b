using Gateway.Http;
using Gateway.Realms;
using Gateway.Realms.Jwt;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Gateway.Management.SignIn;

/// <summary>The providers at which operators sign in, by their discovery documents (OpenID Connect Discovery 1.0 section 4).</summary>
internal sealed partial class SignInProviders(
    ManagementOptions options, RealmsOptions realms, ProviderClient client, TimeProvider time, ILogger<SignInProviders> logger)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(10);

    private readonly Entry[] _entries = [.. options.SignIn.Select(entry => new Entry(entry, realms[entry.Realm].Jwt!))];

    // Codes of strangers must not keep the provider busy.
    private readonly SemaphoreSlim _turn = new(4, 4);

    /// <summary>Lists those that can be reached now.</summary>
    public async Task<IReadOnlyList<SignInAnswer>> ListAsync(CancellationToken cancellation)
    {
        List<SignInAnswer> all = [];
        foreach (Entry entry in _entries)
            if (await FindAsync(entry, cancellation) is { AuthorizationEndpoint: { Length: > 0 } address })
                all.Add(new(entry.Options.Realm, address, entry.Options.ClientId, entry.Options.Scope, entry.Options.Resource));
        return all;
    }

    /// <summary>Trades a code for a token (RFC 6749 section 4.1.3, RFC 7636 section 4.5).</summary>
    /// <exception cref="CallRefusedException">400 when the provider refuses, 503 when it cannot be reached.</exception>
    public async Task<string> ExchangeAsync(string realm, string code, string verifier, string redirectUri, CancellationToken cancellation)
    {
        Entry entry = Array.Find(_entries, candidate => candidate.Options.Realm == realm)
            ?? throw CallRefusedException.BadRequest(
                "Nobody signs in to the page at this realm: Gateway:Management:SignIn does not name it.");
        if (await FindAsync(entry, cancellation) is not { TokenEndpoint: { Length: > 0 } address }) throw Away(realm);
        Dictionary<string, string> form = new()
        {
            ["grant_type"] = "authorization_code", ["code"] = code, ["code_verifier"] = verifier, ["redirect_uri"] = redirectUri,
            ["client_id"] = entry.Options.ClientId,
        };
        if (entry.Options.ClientSecret is { } secret) form["client_secret"] = secret;
        if (entry.Options.Resource is { } resource) form["resource"] = resource;
        using HttpRequestMessage question = new(HttpMethod.Post, address) { Content = new FormUrlEncodedContent(form) };
        await _turn.WaitAsync(cancellation);
        try
        {
            ProviderAnswer answer = await client.AskAsync(question, Patience, time);
            if (answer.Status is null) throw Away(realm);
            return answer.Body is { } body && body.TryGetProperty("access_token", out var token)
                && token.GetString() is { Length: > 0 } text
                ? text
                : throw CallRefusedException.BadRequest($"The provider of realm {realm} does not take this sign-in"
                    + (answer.Error is { } error ? $" ({RefusalReason.Shown(error)})." : "."));
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<OpenIdConnectConfiguration?> FindAsync(Entry entry, CancellationToken cancellation)
    {
        if (entry.Found is { } found && time.GetElapsedTime(entry.FoundAt) < Fresh) return found;
        try
        {
            using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            patience.CancelAfter(Patience);
            KeyDocuments documents = new(client.Http, entry.Jwt.RequireHttps);
            string text = await documents.GetDocumentAsync(entry.Address, patience.Token);
            (entry.Found, entry.FoundAt) = (OpenIdConnectConfiguration.Create(text), time.GetTimestamp());
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ArgumentException or FormatException)
        {
            NotFound(logger, entry.Options.Realm, (error.InnerException ?? error).Message);
        }
        return entry.Found;
    }

    private static CallRefusedException Away(string realm) => new(
        StatusCodes.Status503ServiceUnavailable,
        $"The provider of realm {realm} cannot be reached now. Use a management key, or try again.");

    [LoggerMessage(EventId = 1610, Level = LogLevel.Warning,
        Message = "Nobody can sign in to the page at realm {Realm} now, for its provider cannot be read: {Reason}")]
    private static partial void NotFound(ILogger logger, string realm, string reason);

    private sealed class Entry(SignInOptions options, JwtOptions jwt)
    {
        public SignInOptions Options { get; } = options;
        public JwtOptions Jwt { get; } = jwt;
        public string Address { get; } = jwt.MetadataAddress ?? jwt.Authority!.TrimEnd('/') + "/.well-known/openid-configuration";
        public OpenIdConnectConfiguration? Found { get; set; }
        public long FoundAt { get; set; }
    }
}

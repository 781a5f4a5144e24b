using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>Tokens that an authorization server knows (RFC 7662).</summary>
internal sealed class IntrospectionTokens(string realm, IntrospectionOptions options, Grants grants, ProviderClient client,
    TimeProvider time) : ITokenKind
{
    private const string TooLong = "it is too long";

    private static readonly TimeSpan FailuresStandFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgainEvery = TimeSpan.FromSeconds(5);

    private readonly string[] _sessionClaims = options.SessionIdClaims.Count > 0 ? [.. options.SessionIdClaims] : ["sid", "jti"];
    private readonly JsonPointer _permissions = new(options.Permissions ?? "/scope");
    private string? _trouble;

    public IReadOnlyList<string> Companions { get; } = [.. options.Headers];
    public bool AsksSomebody => true;
    public int Generation => 0;
    public string? NotReady => Volatile.Read(ref _trouble);

    /// <summary>Asks again while in trouble: a node that is not ready gets no traffic, which could show that it is again.</summary>
    public async Task UpkeepAsync(CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(AskAgainEvery, time);
        while (await timer.WaitForNextTickAsync(cancellation))
            if (NotReady is not null) await ProbeAsync(cancellation);
    }

    /// <summary>Asks about a token that nobody issued: the answer is that it is not active.</summary>
    public async Task<string?> ProbeAsync(CancellationToken cancellation)
    {
        await AskAsync(new Presented("probe", new CredentialLocation(CredentialLocationKind.Header, "Authorization"),
            new string?[Companions.Count])).WaitAsync(cancellation);
        return NotReady;
    }

    public async ValueTask<Verification> VerifyAsync(Presented presented)
    {
        if (presented.Token.Length > Jwt.StrictJwt.MaxLength) return new(TokenResult.Refused(TooLong), time.GetUtcNow());
        JsonElement? answer = await AskAsync(presented);
        DateTimeOffset now = time.GetUtcNow();
        if (answer is not { } found)
        {
            SessionIdentity claimed = new(realm, sessionId: null, fingerprint: Fingerprint.Of(presented.Token));
            RefusalReason away = new("the introspection endpoint cannot be asked") { Detail = NotReady };
            return new(TokenResult.Unavailable with { Claimed = claimed, Reason = away }, now + FailuresStandFor);
        }
        SessionIdentity? identity = IsActive(found) ? Identity(presented.Token, found) : null;
        bool tooEarly = AnswerReading.Instant(Member(found, "nbf")) > now;
        if (identity is null || tooEarly || identity.ExpiresAt <= now)
            return new(TokenResult.Invalid with { Reason = Reason(found, identity, tooEarly) },
                now + (options.CacheFor < TokenCache.RefusalsStandFor ? options.CacheFor : TokenCache.RefusalsStandFor));
        DateTimeOffset until = now + options.CacheFor;
        SessionIdentity[] others = [.. TokenSpellings.Others(presented.Token).Select(token => identity.Alias(Fingerprint.Of(token)))];
        return new(TokenResult.Of(identity, others), identity.ExpiresAt < until ? identity.ExpiresAt.Value : until);
    }

    public async Task<TokenExplanation> ExplainAsync(Presented presented)
    {
        TokenResult result = (await VerifyAsync(presented)).Result;
        return new(result, [new("introspection", result.Reason?.ToLine(time.GetUtcNow()), $"{options.Url} was asked")]);
    }

    private static RefusalReason Reason(JsonElement answer, SessionIdentity? identity, bool tooEarly)
        => !IsActive(answer) ? new("the introspection endpoint says that it is not active")
        : identity is null ? new("the claim that names its session is empty or no string")
        : tooEarly ? new("it is not good yet (nbf)")
        : new("it has expired (exp)") { ExpiresAt = identity.ExpiresAt };

    // Section 2.1. Null when the server gave no answer that section 2.2 describes.
    private async Task<JsonElement?> AskAsync(Presented presented)
    {
        using HttpRequestMessage question = new(HttpMethod.Post, options.Url);
        question.Content = new FormUrlEncodedContent([new("token", presented.Token), new("token_type_hint", "access_token")]);
        if (options.ClientId is { } id)
        {
            // RFC 6749 section 2.3.1: both are form-encoded first.
            string pair = $"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(options.ClientSecret ?? "")}";
            question.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        for (int at = 0; at < presented.Companions.Length; at++)
            if (presented.Companions[at] is { } value) question.Headers.TryAddWithoutValidation(Companions[at], value);
        ProviderAnswer answer = await client.AskAsync(question, options.Timeout, time);
        string? trouble = answer switch
        {
            { Status: null } => $"{options.Url} cannot be reached",
            { Body: not null } => null,
            { Status: System.Net.HttpStatusCode.Unauthorized or System.Net.HttpStatusCode.Forbidden } =>
                $"{options.Url} refuses the gateway: check ClientId and ClientSecret",
            _ => $"{options.Url} answered {(int)answer.Status!} without the JSON object of RFC 7662",
        };
        Volatile.Write(ref _trouble, trouble);
        return answer.Body;
    }

    private static bool IsActive(JsonElement answer)
        => answer.TryGetProperty("active", out JsonElement active) && active.ValueKind == JsonValueKind.True;

    private static JsonElement? Member(JsonElement answer, string name)
        => answer.TryGetProperty(name, out JsonElement member) ? member : null;

    // Reading rule 9 holds here as well: the first claim that is present counts, and must be good.
    private SessionIdentity? Identity(string token, JsonElement answer)
    {
        string fingerprint = Fingerprint.Of(token);
        string? claim = _sessionClaims.FirstOrDefault(name => answer.TryGetProperty(name, out _));
        string? session = claim is null ? fingerprint : Text(answer, claim);
        if (session is null) return null;
        string? client = Text(answer, "client_id");
        return new(realm, session, Text(answer, "sub"), Text(answer, "jti"), fingerprint, Text(answer, "azp") ?? client, client,
            AnswerReading.Instant(Member(answer, "auth_time")), AnswerReading.Instant(Member(answer, "iat")),
            AnswerReading.Instant(Member(answer, "exp")), grants.From(_permissions.In(answer)));
    }

    private static string? Text(JsonElement answer, string name)
        => Member(answer, name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } value ? value : null;
}

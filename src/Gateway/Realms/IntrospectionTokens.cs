using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>Tokens that an authorization server knows (RFC 7662).</summary>
internal sealed class IntrospectionTokens : ITokenKind
{
    private const string TooLong = "it is too long";

    private static readonly TimeSpan FailuresStandFor = TimeSpan.FromSeconds(1);

    private static readonly string[] DefaultSessions = ["sid", "jti"];

    private readonly string _realm;
    private readonly IntrospectionOptions _options;
    private readonly Grants _grants;
    private readonly Lineage _lineage;
    private readonly TimeProvider _time;
    private readonly ProviderGate _gate;
    private readonly ProviderHealth _health;
    private readonly ClaimName[] _sessions;
    private readonly ClaimName? _permissions;

    public IntrospectionTokens(string realm, IntrospectionOptions options, Grants grants, Lineage lineage, ProviderClient client,
        TimeProvider time)
    {
        (_realm, _options, _grants, _lineage, _time) = (realm, options, grants, lineage, time);
        _gate = new ProviderGate(client);
        _health = new ProviderHealth(async () => Trouble(await AskAboutNothingAsync()), time);
        _sessions = [.. (options.SessionIdClaims.Count > 0 ? options.SessionIdClaims : [.. DefaultSessions])
            .Select(name => new ClaimName(name))];
        _permissions = options.Permissions is { } place ? new(place) : null;
        Companions = [.. options.Headers.Select(header => new Companion(header))];
    }

    public IReadOnlyList<Companion> Companions { get; }
    public bool AsksSomebody => true;
    public int Generation => 0;
    public string? NotReady => _health.Trouble;

    public Task UpkeepAsync(CancellationToken cancellation) => _health.UpkeepAsync(cancellation);

    public async Task<string?> ProbeAsync(CancellationToken cancellation)
    {
        ProviderAnswer answer = await AskAboutNothingAsync().WaitAsync(cancellation);
        return Trouble(answer)
            ?? (answer is { Body: null, Status: not HttpStatusCode.BadRequest } ? WithoutObject(answer) : null);
    }

    public async ValueTask<Verification> VerifyAsync(Presented presented)
    {
        if (presented.Token.Length > Jwt.StrictJwt.MaxLength) return new(TokenResult.Refused(TooLong), _time.GetUtcNow());
        using HttpRequestMessage question = Question(presented);
        ProviderAnswer answer = await _gate.AskAsync(question, _options.Timeout, _time);
        DateTimeOffset now = _time.GetUtcNow();
        // RFC 6749 section 5.2: the request is wrong, and all that changes from one to the next is the token.
        if (answer.Status == HttpStatusCode.BadRequest && !IsAboutUs(answer))
            return new(TokenResult.Refused("the introspection endpoint takes it for no token"), now + RefusalStandsFor);
        if (answer.Body is not { } found)
        {
            if (!answer.IsBusy) _health.Doubt();
            SessionIdentity claimed = new(_realm, sessionId: null, fingerprint: Fingerprint.Of(presented.Token));
            RefusalReason away = new("the introspection endpoint cannot be asked") { Detail = Trouble(answer) ?? WithoutObject(answer) };
            return new(TokenResult.Unavailable with { Claimed = claimed, Reason = away }, now + FailuresStandFor);
        }
        _health.Answered();
        SessionIdentity? identity = IsActive(found) ? Identity(presented.Token, found) : null;
        bool tooEarly = AnswerReading.Instant(Member(found, "nbf")) > now;
        if (identity is null || tooEarly || identity.ExpiresAt <= now)
            return new(TokenResult.Invalid with { Reason = Reason(found, identity, tooEarly) },
                now + RefusalStandsFor);
        DateTimeOffset until = now + _options.CacheFor;
        SessionIdentity[] others = [.. TokenSpellings.Others(presented.Token).Select(token => identity.Alias(Fingerprint.Of(token)))];
        string? own = identity.SessionId == identity.Lineage ? identity.TokenId ?? identity.Fingerprint : null;
        return new(TokenResult.Of(identity, [.. others, .. Lineage.Beside(identity, own)]),
            identity.ExpiresAt < until ? identity.ExpiresAt.Value : until);
    }

    public async Task<TokenExplanation> ExplainAsync(Presented presented)
    {
        TokenResult result = (await VerifyAsync(presented)).Result;
        return new(result, [new("introspection", result.Reason?.ToLine(_time.GetUtcNow()), $"{_options.Url} was asked")]);
    }

    private static RefusalReason Reason(JsonElement answer, SessionIdentity? identity, bool tooEarly)
        => !IsActive(answer) ? new("the introspection endpoint says that it is not active")
        : identity is null ? new("the claim that names its session is empty or no string")
        : tooEarly ? new("it is not good yet (nbf)")
        : new("it has expired (exp)") { ExpiresAt = identity.ExpiresAt };

    private TimeSpan RefusalStandsFor
        => _options.CacheFor < TokenCache.RefusalsStandFor ? _options.CacheFor : TokenCache.RefusalsStandFor;

    // Section 2.1.
    private HttpRequestMessage Question(Presented presented)
    {
        HttpRequestMessage question = new(HttpMethod.Post, _options.Url);
        question.Content = new FormUrlEncodedContent([new("token", presented.Token), new("token_type_hint", "access_token")]);
        if (_options.ClientId is { } id)
        {
            // RFC 6749 section 2.3.1: both are form-encoded first.
            string pair = $"{Uri.EscapeDataString(id)}:{Uri.EscapeDataString(_options.ClientSecret ?? "")}";
            question.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        for (int at = 0; at < presented.Companions.Length; at++)
            if (presented.Companions[at] is { } value) question.Headers.TryAddWithoutValidation(Companions[at].Header, value);
        return question;
    }

    // About a token that nobody issued: the answer is that it is not active.
    private async Task<ProviderAnswer> AskAboutNothingAsync()
    {
        using HttpRequestMessage question = Question(new("probe",
            new CredentialLocation(CredentialLocationKind.Header, "Authorization"), new string?[Companions.Count]));
        return await _gate.ProbeAsync(question, _options.Timeout, _time);
    }

    private static bool IsAboutUs(ProviderAnswer answer) => answer.Error is "invalid_client" or "unauthorized_client";

    // What is wrong with the endpoint, or with how the gateway signs in there, whoever asks.
    private string? Trouble(ProviderAnswer answer) => answer switch
    {
        { IsBusy: true } => null,
        { Status: null } => $"{_options.Url} cannot be reached",
        { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } =>
            $"{_options.Url} refuses the gateway: check ClientId and ClientSecret",
        { Status: HttpStatusCode.BadRequest } when IsAboutUs(answer) =>
            $"{_options.Url} refuses the gateway ({answer.Error}): check ClientId and ClientSecret",
        { Status: >= HttpStatusCode.InternalServerError } => WithoutObject(answer),
        _ => null,
    };

    private string WithoutObject(ProviderAnswer answer) => answer.IsBusy ? "too many questions of this realm are on their way"
        : $"{_options.Url} answered {(int)answer.Status!} without the JSON object of RFC 7662";

    private static bool IsActive(JsonElement answer)
        => answer.TryGetProperty("active", out JsonElement active) && active.ValueKind == JsonValueKind.True;

    private static JsonElement? Member(JsonElement answer, string name)
        => answer.TryGetProperty(name, out JsonElement member) ? member : null;

    // Reading rule 9 holds here as well: the first claim that is present counts, and must be good.
    private SessionIdentity? Identity(string token, JsonElement answer)
    {
        string fingerprint = Fingerprint.Of(token);
        ClaimName? claim = Array.Find(_sessions, name => name.In(answer) is not null);
        string? session = claim is null ? fingerprint
            : claim.In(answer) is { ValueKind: JsonValueKind.String } named && named.GetString() is { Length: > 0 } id ? id : null;
        if (session is null) return null;
        string? client = Text(answer, "client_id");
        string? lineage = _lineage.Of(answer), tokenId = Text(answer, "jti");
        session = Lineage.SessionOf(lineage, session, session == fingerprint ? fingerprint : tokenId);
        return new(_realm, session, Text(answer, "sub"), tokenId, fingerprint, Text(answer, "azp") ?? client, client,
            AnswerReading.Instant(Member(answer, "auth_time")), AnswerReading.Instant(Member(answer, "iat")),
            AnswerReading.Instant(Member(answer, "exp")), _grants.FromAnswer(answer, _permissions), lineage);
    }

    private static string? Text(JsonElement answer, string name)
        => Member(answer, name) is { ValueKind: JsonValueKind.String } text && text.GetString() is { Length: > 0 } value ? value : null;
}

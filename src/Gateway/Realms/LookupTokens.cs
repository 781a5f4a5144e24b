using System.Net;
using System.Text.Json;
using Gateway.Http;
using Gateway.Revocation;

namespace Gateway.Realms;

/// <summary>Tokens that an application's own who-am-I endpoint knows. The token is sent on in the location where the request
/// had it, with the companion headers.</summary>
internal sealed class LookupTokens : ITokenKind
{
    private const string NoValue = "it is too long, or no value that a request can carry";

    private static readonly TimeSpan FailuresStandFor = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AskAgainEvery = TimeSpan.FromSeconds(5);

    private readonly string _realm;
    private readonly LookupOptions _options;
    private readonly Grants _grants;
    private readonly ProviderClient _client;
    private readonly TimeProvider _time;
    private readonly JsonPointer? _sessionId, _subject, _clientId, _authenticatedAt, _issuedAt, _expiresAt, _permissions;
    private string? _trouble;

    public LookupTokens(string realm, LookupOptions options, Grants grants, ProviderClient client, TimeProvider time)
    {
        _realm = realm;
        _options = options;
        _grants = grants;
        _client = client;
        _time = time;
        _sessionId = JsonPointer.OrNull(options.SessionId);
        _subject = JsonPointer.OrNull(options.Subject);
        _clientId = JsonPointer.OrNull(options.Client);
        _authenticatedAt = JsonPointer.OrNull(options.AuthenticatedAt);
        _issuedAt = JsonPointer.OrNull(options.IssuedAt);
        _expiresAt = JsonPointer.OrNull(options.ExpiresAt);
        _permissions = JsonPointer.OrNull(options.Permissions);
        Companions = [.. options.Headers];
    }

    public IReadOnlyList<string> Companions { get; }
    public bool AsksSomebody => true;
    public int Generation => 0;
    public string? NotReady => Volatile.Read(ref _trouble);

    /// <summary>Asks again while in trouble: a node that is not ready gets no traffic, which could show that it is again.</summary>
    public async Task UpkeepAsync(CancellationToken cancellation)
    {
        using PeriodicTimer timer = new(AskAgainEvery, _time);
        while (await timer.WaitForNextTickAsync(cancellation))
            if (NotReady is not null) await ProbeAsync(cancellation);
    }

    public async Task<string?> ProbeAsync(CancellationToken cancellation)
    {
        using HttpRequestMessage question = new(HttpMethod.Get, _options.Url);
        Read(await _client.AskAsync(question, _options.Timeout, _time).WaitAsync(cancellation));
        return NotReady;
    }

    public async ValueTask<Verification> VerifyAsync(Presented presented)
    {
        // A dialect takes tokens out of bodies as well, where anything can stand.
        if (presented.Token.Length > Jwt.StrictJwt.MaxLength || !TokenText.IsWellFormed(presented.Token))
            return new(TokenResult.Refused(NoValue), _time.GetUtcNow());
        using HttpRequestMessage question = Question(presented);
        ProviderAnswer answer = await _client.AskAsync(question, _options.Timeout, _time);
        DateTimeOffset now = _time.GetUtcNow();
        TokenFailure failure = Read(answer);
        if (failure == TokenFailure.Unavailable)
        {
            SessionIdentity claimed = new(_realm, sessionId: null, fingerprint: Fingerprint.Of(presented.Token));
            RefusalReason away = new("the application cannot be asked") { Detail = NotReady };
            return new(TokenResult.Unavailable with { Claimed = claimed, Reason = away }, now + FailuresStandFor);
        }
        SessionIdentity? identity = failure == TokenFailure.None ? Identity(presented.Token, answer.Body!.Value) : null;
        if (identity is null || identity.ExpiresAt <= now)
            return new(TokenResult.Invalid with { Reason = Reason(answer, failure, identity) },
                now + Least(TokenCache.RefusalsStandFor, _options.CacheFor));
        DateTimeOffset until = now + _options.CacheFor;
        SessionIdentity[] others = [.. TokenSpellings.Others(presented.Token).Select(token => identity.Alias(Fingerprint.Of(token)))];
        return new(TokenResult.Of(identity, others), identity.ExpiresAt < until ? identity.ExpiresAt.Value : until);
    }

    public async Task<TokenExplanation> ExplainAsync(Presented presented)
    {
        TokenResult result = (await VerifyAsync(presented)).Result;
        TokenCheck check = result.Reason?.Check == NoValue ? new("form", NoValue, null)
            : new("lookup", result.Reason?.ToLine(_time.GetUtcNow()), $"{_options.Url} was asked");
        return new(result, [check]);
    }

    private static RefusalReason Reason(ProviderAnswer answer, TokenFailure failure, SessionIdentity? identity)
        => failure != TokenFailure.None
        ? new("the application does not know it") { Detail = $"it answered {(int)answer.Status!}" }
        : identity is null ? new("the application's answer names no session or no subject, so nobody is signed in with it")
        : new("it has expired, as the application says") { ExpiresAt = identity.ExpiresAt };

    // Which statuses say something about the token, and which about the application.
    private TokenFailure Read(ProviderAnswer answer)
    {
        (TokenFailure failure, string? trouble) = answer switch
        {
            { Status: null } => (TokenFailure.Unavailable, $"{_options.Url} cannot be reached"),
            { Status: >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices, Body: null } =>
                (TokenFailure.Unavailable, $"{_options.Url} answered something that is no JSON object"),
            { Body: not null } => (TokenFailure.None, null),
            { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone } =>
                (TokenFailure.Invalid, null),
            // The token is all that changes from one question to the next, so these are about the token.
            { Status: HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestHeaderFieldsTooLarge
                or HttpStatusCode.RequestUriTooLong } => (TokenFailure.Invalid, null),
            // Off to the page where one signs in.
            { Status: HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect } => (TokenFailure.Invalid, null),
            _ => (TokenFailure.Unavailable, $"{_options.Url} answered {(int)answer.Status!}"),
        };
        Volatile.Write(ref _trouble, trouble);
        return failure;
    }

    private HttpRequestMessage Question(Presented presented)
    {
        (CredentialLocationKind kind, string name) = (presented.Location.Kind, presented.Location.Name);
        string url = _options.Url!;
        if (kind == CredentialLocationKind.Query)
            url += (url.Contains('?') ? '&' : '?') + Uri.EscapeDataString(name) + '=' + Uri.EscapeDataString(presented.Token);
        HttpRequestMessage question = new(HttpMethod.Get, url);
        if (kind == CredentialLocationKind.Cookie) question.Headers.TryAddWithoutValidation("Cookie", $"{name}={presented.Token}");
        if (kind == CredentialLocationKind.Header)
            question.Headers.TryAddWithoutValidation(name,
                presented.Location.Scheme is { } scheme ? $"{scheme} {presented.Token}" : presented.Token);
        for (int at = 0; at < presented.Companions.Length; at++)
            if (presented.Companions[at] is { } value) question.Headers.TryAddWithoutValidation(Companions[at], value);
        return question;
    }

    // An answer without the session's id is an answer to somebody who is not signed in.
    private SessionIdentity? Identity(string token, JsonElement answer)
    {
        string fingerprint = Fingerprint.Of(token);
        string? session = _sessionId is null ? fingerprint : AnswerReading.Id(_sessionId.In(answer));
        string? subject = AnswerReading.Id(_subject?.In(answer));
        if (session is null || (_subject is not null && subject is null)) return null;
        return new(_realm, session, subject, tokenId: null, fingerprint, AnswerReading.Id(_clientId?.In(answer)), secondClient: null,
            AnswerReading.Instant(_authenticatedAt?.In(answer)), AnswerReading.Instant(_issuedAt?.In(answer)),
            AnswerReading.Instant(_expiresAt?.In(answer)), _grants.From(_permissions?.In(answer)));
    }

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

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

    private readonly string _realm;
    private readonly LookupOptions _options;
    private readonly Grants _grants;
    private readonly Lineage _lineage;
    private readonly ProviderClient _client;
    private readonly ProviderGate _gate;
    private readonly ProviderHealth _health;
    private readonly TimeProvider _time;
    private readonly JsonPointer? _sessionId, _subject, _clientId, _authenticatedAt, _issuedAt, _expiresAt;
    private readonly ClaimName? _permissions;

    public LookupTokens(string realm, LookupOptions options, Grants grants, Lineage lineage, ProviderClient client, TimeProvider time)
    {
        _realm = realm;
        _options = options;
        _grants = grants;
        _lineage = lineage;
        _client = client;
        _gate = new ProviderGate(client);
        _health = new ProviderHealth(async () => Down(await AskNobodyAsync()), time);
        _time = time;
        _sessionId = JsonPointer.OrNull(options.SessionId);
        _subject = JsonPointer.OrNull(options.Subject);
        _clientId = JsonPointer.OrNull(options.Client);
        _authenticatedAt = JsonPointer.OrNull(options.AuthenticatedAt);
        _issuedAt = JsonPointer.OrNull(options.IssuedAt);
        _expiresAt = JsonPointer.OrNull(options.ExpiresAt);
        _permissions = options.Permissions is { } place ? new(place) : null;
        Companions =
        [
            .. options.Cookies.Select(pair => new Companion(pair.Value, pair.Key)),
            .. options.Headers.Except(options.Cookies.Values, StringComparer.OrdinalIgnoreCase).Select(header => new Companion(header)),
        ];
    }

    public IReadOnlyList<Companion> Companions { get; }
    public bool AsksSomebody => true;
    public bool SessionIsToken => _sessionId is null && !_lineage.Any;
    public int Generation => 0;
    public string? NotReady => _health.Trouble;

    public Task UpkeepAsync(CancellationToken cancellation) => _health.UpkeepAsync(cancellation);

    public async Task<string?> ProbeAsync(CancellationToken cancellation)
    {
        ProviderAnswer answer = await AskNobodyAsync().WaitAsync(cancellation);
        return Down(answer) ?? Complaint(answer);
    }

    /// <summary>Asks once more, as <see cref="VerifyAsync"/> does, and gives the whole answer, for who is to be told it.</summary>
    /// <param name="query">What is asked beside, without the question mark; empty for nothing.</param>
    /// <returns>Null when there is no answer now. Its content has been read.</returns>
    public async Task<HttpResponseMessage?> AskInFullAsync(Presented presented, string query, CancellationToken cancellation)
    {
        if (presented.Token.Length > Jwt.StrictJwt.MaxLength || !TokenText.IsWellFormed(presented.Token)) return null;
        using HttpRequestMessage question = Question(presented);
        if (query.Length > 0)
            question.RequestUri = new Uri(question.RequestUri + (question.RequestUri!.Query.Length > 0 ? "&" : "?") + query);
        question.Headers.TryAddWithoutValidation("Accept", "application/json");
        return await _gate.InTurnAsync(_options.Timeout, _time, null, left => SendAsync(question, left, cancellation));
    }

    private async Task<HttpResponseMessage?> SendAsync(HttpRequestMessage question, TimeSpan within, CancellationToken cancellation)
    {
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(within);
        try
        {
            return await _client.Http.SendAsync(question, HttpCompletionOption.ResponseContentRead, patience.Token);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException
            && !cancellation.IsCancellationRequested)
        {
            _health.Doubt();
            return null;
        }
    }

    public async ValueTask<Verification> VerifyAsync(Presented presented)
    {
        // A dialect takes tokens out of bodies as well, where anything can stand.
        if (presented.Token.Length > Jwt.StrictJwt.MaxLength || !TokenText.IsWellFormed(presented.Token))
            return new(TokenResult.Refused(NoValue), _time.GetUtcNow());
        using HttpRequestMessage question = Question(presented);
        ProviderAnswer answer = await _gate.AskAsync(question, _options.Timeout, _time);
        DateTimeOffset now = _time.GetUtcNow();
        TokenFailure failure = Read(answer);
        if (failure == TokenFailure.Unavailable)
        {
            SessionIdentity claimed = new(_realm, sessionId: null, fingerprint: Fingerprint.Of(presented.Token));
            RefusalReason away = new("the application cannot be asked") { Detail = Down(answer) ?? Complaint(answer) };
            return new(TokenResult.Unavailable with { Claimed = claimed, Reason = away }, now + FailuresStandFor);
        }
        SessionIdentity? identity = failure == TokenFailure.None ? Identity(presented.Token, answer.Body!.Value) : null;
        if (identity is null || identity.ExpiresAt <= now)
            return new(TokenResult.Invalid with { Reason = Reason(answer, failure, identity) },
                now + Least(TokenCache.RefusalsStandFor, _options.CacheFor));
        DateTimeOffset until = now + _options.CacheFor;
        SessionIdentity[] others = [.. TokenSpellings.Others(presented.Token).Select(token => identity.Alias(Fingerprint.Of(token)))];
        string? own = identity.SessionId == identity.Lineage ? identity.Fingerprint : null;
        return new(TokenResult.Of(identity, [.. others, .. Lineage.Beside(identity, own)]),
            identity.ExpiresAt < until ? identity.ExpiresAt.Value : until);
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

    // Which statuses say something about the token; of the others nobody knows what they are about.
    private TokenFailure Read(ProviderAnswer answer)
    {
        TokenFailure failure = answer switch
        {
            { Body: not null } => TokenFailure.None,
            { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.Gone } =>
                TokenFailure.Invalid,
            // The token is all that changes from one question to the next, so these are about the token.
            { Status: HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestHeaderFieldsTooLarge
                or HttpStatusCode.RequestUriTooLong } => TokenFailure.Invalid,
            // Off to the page where one signs in.
            { Status: HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect } => TokenFailure.Invalid,
            _ => TokenFailure.Unavailable,
        };
        if (failure == TokenFailure.None) _health.Answered();
        else if (failure == TokenFailure.Unavailable && !answer.IsBusy) _health.Doubt();
        return failure;
    }

    private async Task<ProviderAnswer> AskNobodyAsync()
    {
        using HttpRequestMessage question = new(HttpMethod.Get, _options.Url);
        return await _gate.ProbeAsync(question, _options.Timeout, _time);
    }

    // The application itself fails, whoever asks.
    private string? Down(ProviderAnswer answer) => answer switch
    {
        { IsBusy: true } => null,
        { Status: null } => $"{_options.Url} cannot be reached",
        { Status: >= HttpStatusCode.InternalServerError } => $"{_options.Url} answered {(int)answer.Status!}",
        _ => null,
    };

    private string? Complaint(ProviderAnswer answer) => answer switch
    {
        { IsBusy: true } => "too many questions of this realm are on their way",
        { Status: >= HttpStatusCode.OK and < HttpStatusCode.MultipleChoices, Body: null } =>
            $"{_options.Url} answered something that is no JSON object",
        { Status: HttpStatusCode.Moved or HttpStatusCode.PermanentRedirect or HttpStatusCode.TooManyRequests } =>
            $"{_options.Url} answered {(int)answer.Status!}",
        _ => null,
    };

    private HttpRequestMessage Question(Presented presented)
    {
        (CredentialLocationKind kind, string name) = (presented.Location.Kind, presented.Location.Name);
        string url = _options.Url!;
        if (_options.TokenHeader is { } header)
        {
            HttpRequestMessage moved = new(HttpMethod.Get, url);
            moved.Headers.TryAddWithoutValidation(header, presented.Token);
            AddCompanions(moved, presented);
            return moved;
        }
        if (kind == CredentialLocationKind.Query)
            url += (url.Contains('?') ? '&' : '?') + Uri.EscapeDataString(name) + '=' + Uri.EscapeDataString(presented.Token);
        HttpRequestMessage question = new(HttpMethod.Get, url);
        if (kind == CredentialLocationKind.Cookie) question.Headers.TryAddWithoutValidation("Cookie", $"{name}={presented.Token}");
        if (kind == CredentialLocationKind.Header)
            question.Headers.TryAddWithoutValidation(name,
                presented.Location.Scheme is { } scheme ? $"{scheme} {presented.Token}" : presented.Token);
        AddCompanions(question, presented);
        return question;
    }

    private void AddCompanions(HttpRequestMessage question, Presented presented)
    {
        for (int at = 0; at < presented.Companions.Length; at++)
            if (presented.Companions[at] is { } value) question.Headers.TryAddWithoutValidation(Companions[at].Header, value);
    }

    // An answer without the session's id is an answer to somebody who is not signed in.
    private SessionIdentity? Identity(string token, JsonElement answer)
    {
        string fingerprint = Fingerprint.Of(token);
        string? session = _sessionId is null ? fingerprint : AnswerReading.Id(_sessionId.In(answer));
        string? subject = AnswerReading.Id(_subject?.In(answer));
        if (session is null || (_subject is not null && subject is null)) return null;
        string? lineage = _lineage.Of(answer);
        session = Lineage.SessionOf(lineage, session, fingerprint);
        return new(_realm, session, subject, tokenId: null, fingerprint, AnswerReading.Id(_clientId?.In(answer)), secondClient: null,
            AnswerReading.Instant(_authenticatedAt?.In(answer)) ?? FirstSeen(), AnswerReading.Instant(_issuedAt?.In(answer)),
            AnswerReading.Instant(_expiresAt?.In(answer)), _permissions is null ? [] : _grants.FromAnswer(answer, _permissions), lineage);
    }

    // The first time that it is verified counts (FirstVerified).
    private DateTimeOffset? FirstSeen()
        => _options is { FirstSeenIsSignIn: true, AuthenticatedAt: null, IssuedAt: null } ? _time.GetUtcNow() : null;

    private static TimeSpan Least(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

using Gateway.Enforcement.Endings;
using Gateway.Enforcement.Messages;
using Gateway.Http;
using Gateway.Revocation;
using Gateway.Sessions;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Enforcement;

/// <summary>
/// One request on its way through the proxy. It stands in for the features through which the proxy answers the client and
/// learns that it should stop; so every chunk passes its gates, and the proxy is stopped through the RequestAborted that is
/// handed out here. How it ends is its <see cref="Ending"/>, chosen once. This part is its life: attach, the gate, the end, detach.
/// </summary>
internal sealed partial class ProxiedExchange : LiveConnection
{
    private readonly GatedResponseStream _response;
    private HttpContext _context = null!;
    private RoutePolicy _policy = null!;
    private IHttpResponseBodyFeature _body = null!;
    private IHttpRequestLifetimeFeature _lifetime = null!;
    private IHttpResetFeature? _reset;
    private GatedRequestStream? _request;
    private GatedUpgradeFeature? _upgrade;
    private long _endsAt;
    private Ending _ending = NotBegunEnding.Instance;
    private Sweep? _sweep;
    private bool _hasLength;
    private bool _completed;
    private bool _finished;

    // Takes note of unproven sessions; null when there is none, or none any more.
    private SessionRegistry? _registry;

    // The ending of one that stays open.
    private LongLivedEnding? _open;

    /// <summary>Makes one for the pool; <see cref="Open"/> gives it its request.</summary>
    public ProxiedExchange() : base([]) => _response = new GatedResponseStream(this);

    public ExchangeServices Services { get; private set; } = null!;

    public HttpContext Context => _context;

    public override Ending Ending => _ending;

    /// <summary>How long a peer may take for its part of an ending.</summary>
    public TimeSpan Limit => Services.Options.CloseTimeout;

    /// <summary>Guards the moment at which it leaves the request.</summary>
    public object Sync => _response;

    /// <summary>Whether it has let go of the request; under <see cref="Sync"/>.</summary>
    public bool IsDetached => _finished;

    /// <summary>Whether the answer was ended as a whole.</summary>
    public bool IsCompleted => _completed;

    /// <summary>The client's side, once the request has left HTTP.</summary>
    public UpgradedStream? Upgraded { get; private set; }

    /// <summary>Gives a new one, or one that an ordinary short request has left behind.</summary>
    public static ProxiedExchange Open(HttpContext context, RoutePolicy policy, IReadOnlyList<SessionIdentity> identities,
        ExchangeServices services)
    {
        ProxiedExchange exchange = services.Idle.Get();
        exchange.Services = services;
        exchange._context = context;
        exchange._policy = policy;
        exchange.Identities = identities;
        exchange._endsAt = policy is { EndAtExpiry: true, Mode: EnforcementMode.Enforce } ? Earliest(identities) : long.MaxValue;
        return exchange;
    }

    /// <summary>Hands it on after it has left the live connections, where only it could be found to be sealed: hands it on to a later
    /// request, when nothing of this one can still hold it.</summary>
    public void Reuse()
    {
        if (IsSealed || _open is not null || _request is not null || _upgrade is not null || _writer is not null || _cancelled != 0) return;
        if (_aborted is not null && !_aborted.TryReset()) return;
        Identities = [];
        _context = null!;
        _body = null!;
        _lifetime = null!;
        _reset = null;
        _ending = NotBegunEnding.Instance;
        _registry = null;
        _handedOut = _hasLength = _completed = _finished = false;
        Services.Idle.Return(this);
    }

    /// <summary>Has those sessions noted, if the application accepts them, of whose tokens nobody knows whether they were issued.</summary>
    public void NoteOnceAccepted(SessionRegistry registry) => _registry = registry;

    public override bool NeedsLease => _policy.NeedsLease() || (MayServeStale && !Services.Gate.MayServeStale);

    public override bool MayServeStale => _policy.Session != SessionPolicy.Ignore && _policy.MayServeStale();

    public override long EndsAt => _endsAt;

    /// <summary>Makes the proxy answer from here on through this object.</summary>
    public void Attach()
    {
        IFeatureCollection features = _context.Features;
        _body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _lifetime = features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        _reset = features.Get<IHttpResetFeature>();
        features.Set<IHttpResponseBodyFeature>(this);
        features.Set<IHttpRequestLifetimeFeature>(this);
        if (_reset is not null) features.Set<IHttpResetFeature>(this);
        _upgrade = GatedUpgradeFeature.Attach(this, features);
        if (features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            _context.Request.Body = _request = new GatedRequestStream(this, _context.Request.Body);
    }

    /// <summary>Puts the server's own features back, for whoever looks at them after the proxy.</summary>
    public void Detach()
    {
        lock (_response)
        {
            if (_finished) return;
            _finished = true;
        }
        _clientAborted.Dispose();
        IFeatureCollection features = _context.Features;
        features.Set(_body);
        features.Set(_lifetime);
        if (_reset is not null) features.Set(_reset);
        if (_request is not null) _context.Request.Body = _request.Inner;
        _upgrade?.Detach(features);
    }

    private enum Passing { Open, Sealed, Held }

    // The flag is up when the gate is open: the caller hands its chunk on and lowers it.
    private Passing EnterToClient()
    {
        if (!Gate.RaiseToClient()) return Passing.Sealed;
        if (NeedsLease && !Services.Gate.IsOpen)
        {
            Gate.LowerToClient();
            return Passing.Held;
        }
        if (_ending.HasBegun || BeginAnswer()) return Passing.Open;
        Gate.LowerToClient();
        return Passing.Sealed;
    }

    /// <summary>Gives the check when the answer begins (rule R6).</summary>
    private bool BeginAnswer()
    {
        if (Services.Gate.Revoked(Identities) is not null)
        {
            // Whoever applied the revocation has not come by yet; it would find this exchange in a moment.
            if (Seal(EndCause.Session)) Cancel();
            return false;
        }
        if (_registry is not null) NoteIfAccepted();
        _hasLength = _context.Response.ContentLength is not null;
        _ending = EndingChoice.OfAnswer(_context, _policy);
        _open = _ending as LongLivedEnding;
        return true;
    }

    // Not when the application refused, failed, or was not asked at all.
    private void NoteIfAccepted()
    {
        bool isAccepted = _context.Response.StatusCode is < 500 and not StatusCodes.Status401Unauthorized
            and not StatusCodes.Status403Forbidden && _context.Features.Get<IForwarderErrorFeature>() is null;
        if (isAccepted)
            foreach (SessionIdentity identity in Identities)
                if (identity.IsUnproven) _registry!.Note(identity, _context);
        _registry = null;
    }

    internal async Task<Stream> UpgradeAsync(Func<ValueTask<Stream>> upgrade)
    {
        if (!await EnterToClientWhenOpenAsync(CancellationToken.None)) throw new OperationCanceledException("The session has ended.");
        ValueTask<Stream> upgrading;
        UpgradedStream upgraded;
        try
        {
            _ending = _open = EndingChoice.OfUpgrade(_context);
            Upgraded = upgraded = new UpgradedStream(this, _open is WebSocketEnding, Services.Closes, Conversation());
            upgrading = upgrade();
        }
        finally { Gate.LowerToClient(); }
        try { upgraded.Open(await upgrading); }
        catch
        {
            upgraded.FailToOpen();
            throw;
        }
        return upgraded;
    }

    private DdpConversation? Conversation()
        => _policy.Messages == MessagePolicy.Ddp && _open is WebSocketEnding && Services.SignIns is { } signIns
            ? new(this, _policy, signIns) : null;

    /// <summary>Makes it one of these sessions from here on; sealed, if one of them is over.</summary>
    public void Tie(IReadOnlyList<SessionIdentity> identities)
    {
        if (_policy is { EndAtExpiry: true, Mode: EnforcementMode.Enforce }) _endsAt = Earliest(identities);
        Identities = identities;
        Services.Gate.CheckTied(this);
    }

    /// <summary>Ends it, whoever's it is.</summary>
    public void End(EndCause cause) => Services.Gate.End(this, cause);

    public override Task StopAsync()
    {
        SpinWhileAnswering();
        return _ending.StopAsync(this);
    }

    public override Task EndAsync(Sweep sweep)
    {
        lock (Sync)
        {
            if (_finished)
            {
                sweep.Ended();
                return Task.CompletedTask;
            }
            _sweep = sweep;
        }
        return _ending.EndAsync(this);
    }

    /// <summary>Ends, after the proxy has returned or thrown, the exchange if it was sealed.</summary>
    /// <returns>The refusal to write, when the answer had not begun.</returns>
    public async ValueTask<Refusal?> FinishAsync()
    {
        _ending.ProxyIsDone();
        // What the server would send by itself once the request is over has to pass while the exchange can still be ended.
        if (!IsSealed && !_completed && _ending.HasMoreToSay(this) && !_lifetime.RequestAborted.IsCancellationRequested)
            await SayTheRestAsync();
        Refusal? refusal = IsSealed ? await _ending.FinishAsync(this) : null;
        Detach();
        return refusal;
    }

    /// <summary>Tells whether the end of an answer that has begun, and its trailers, are still to be sent.</summary>
    public bool HasUnsentEnd()
    {
        // An answer with a length has said all; only HTTP/2 and later have trailers after it.
        bool whole = _hasLength && _writer is null
            && (_reset is null || _context.Features.Get<IHttpResponseTrailersFeature>() is not { Trailers.Count: > 0 });
        // What broke off must not look whole.
        return !whole && _context.Features.Get<IForwarderErrorFeature>() is null;
    }

    private async Task SayTheRestAsync()
    {
        if (_writer is not null) await _writer.CompleteAsync();
        await CompleteAnswerAsync();
    }

    /// <summary>Counts it after it has left the live connections.</summary>
    public void Report()
    {
        if (!IsSealed) return;
        Services.Metrics.ConnectionEnded(_ending.Word, Cause);
        lock (Sync) _sweep?.Ended();
    }

    private static long Earliest(IReadOnlyList<SessionIdentity> identities)
    {
        long earliest = long.MaxValue;
        foreach (SessionIdentity identity in identities)
            if (identity.ExpiresAt is { } expires) earliest = Math.Min(earliest, expires.UtcTicks);
        return earliest;
    }
}

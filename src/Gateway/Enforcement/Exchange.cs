using Gateway.Http;
using Gateway.Revocation;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Enforcement;

/// <summary>
/// One request on its way through the proxy. It stands in for the features through which the proxy answers the client and
/// learns that it should stop; so every chunk passes its gates, and the proxy is stopped through the RequestAborted that is
/// handed out here. This part is its life: attach, the gates, detach.
/// </summary>
internal sealed partial class Exchange : LiveConnection
{
    private readonly Passage _passage;
    private readonly ResponseStream _response;
    private HttpContext _context = null!;
    private RoutePolicy _policy = null!;
    private IHttpResponseBodyFeature _body = null!;
    private IHttpRequestLifetimeFeature _lifetime = null!;
    private IHttpResetFeature? _reset;
    private RequestStream? _request;
    private UpgradeStandIn? _upgrade;
    private long _endsAt;
    private ConnectionKind _kind;
    private bool _hasLength;
    private bool _completed;
    private bool _finished;

    /// <summary>What only an exchange needs that stays open.</summary>
    private LongLived? _long;

    private Exchange(Passage passage) : base([])
    {
        _passage = passage;
        _response = new ResponseStream(this);
    }

    /// <summary>A new one, or one that an ordinary short request has left behind.</summary>
    public static Exchange Open(HttpContext context, RoutePolicy policy, IReadOnlyList<SessionIdentity> identities, Passage passage)
    {
        if (!passage.Idle.TryPop(out Exchange? exchange)) exchange = new(passage);
        exchange._context = context;
        exchange._policy = policy;
        exchange.Identities = identities;
        exchange._endsAt = policy.EndAtExpiry ? Earliest(identities) : long.MaxValue;
        return exchange;
    }

    /// <summary>After it has left the live connections, where only it could be found to be sealed: hands it on to a later
    /// request, when nothing of this one can still hold it.</summary>
    public void Reuse()
    {
        if (IsSealed || _long is not null || _request is not null || _upgrade is not null || _writer is not null || _cancelled != 0) return;
        if (_aborted is not null && !_aborted.TryReset()) return;
        Identities = [];
        _context = null!;
        _body = null!;
        _lifetime = null!;
        _reset = null;
        _kind = ConnectionKind.Waiting;
        _handedOut = _hasLength = _completed = _finished = false;
        _passage.Idle.TryPush(this);
    }

    public override ConnectionKind Kind => _kind;

    public override bool NeedsLease => _policy is { WhenStale: WhenStale.Reject, Session: not SessionPolicy.Ignore };

    public override bool MayServeStale => _policy is { WhenStale: WhenStale.Serve, Session: not SessionPolicy.Ignore };

    public override long EndsAt => _endsAt;

    /// <summary>From here on the proxy answers through this object.</summary>
    public void Attach()
    {
        IFeatureCollection features = _context.Features;
        _body = features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _lifetime = features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
        _reset = features.Get<IHttpResetFeature>();
        features.Set<IHttpResponseBodyFeature>(this);
        features.Set<IHttpRequestLifetimeFeature>(this);
        if (_reset is not null) features.Set<IHttpResetFeature>(this);
        _upgrade = UpgradeStandIn.Attach(this, features);
        if (features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
            _context.Request.Body = _request = new RequestStream(this, _context.Request.Body);
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

    private enum Gate { Open, Sealed, Held }

    // The flag is up when the gate is open: the caller hands its chunk on and lowers it.
    private Gate EnterToClient()
    {
        if (!RaiseToClient()) return Gate.Sealed;
        if (NeedsLease && !_passage.Gate.IsOpen)
        {
            LowerToClient();
            return Gate.Held;
        }
        if (_kind != ConnectionKind.Waiting || BeginAnswer()) return Gate.Open;
        LowerToClient();
        return Gate.Sealed;
    }

    /// <summary>The check when the answer begins (rule R6).</summary>
    private bool BeginAnswer()
    {
        if (_passage.Gate.Revoked(Identities) is not null)
        {
            // Whoever applied the revocation has not come by yet; it would find this exchange in a moment.
            if (Seal(EndCause.Session)) Cancel();
            return false;
        }
        _kind = ChooseKind();
        if (_kind is not ConnectionKind.Http) _long = new LongLived(_kind);
        return true;
    }

    private ConnectionKind ChooseKind()
    {
        HttpResponse response = _context.Response;
        _hasLength = response.ContentLength is not null;
        if (_hasLength) return ConnectionKind.Http;
        string? type = response.ContentType;
        if (type is null) return ConnectionKind.Http;
        switch (GrpcKind.Of(type))
        {
            case GrpcKind.Grpc when _context.Features.Get<IHttpResponseTrailersFeature>() is not null: return ConnectionKind.Grpc;
            case GrpcKind.Web: return ConnectionKind.GrpcWeb;
            case GrpcKind.WebText: return ConnectionKind.GrpcWebText;
        }
        ReadOnlySpan<char> media = type.AsSpan();
        if (media.IndexOf(';') is var end and >= 0) media = media[..end];
        media = media.Trim();
        if (media.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase)) return ConnectionKind.Events;
        foreach (string stream in _policy.Streams)
            if (media.Equals(stream, StringComparison.OrdinalIgnoreCase)) return ConnectionKind.Stream;
        return ConnectionKind.Http;
    }

    private static long Earliest(IReadOnlyList<SessionIdentity> identities)
    {
        long earliest = long.MaxValue;
        foreach (SessionIdentity identity in identities)
            if (identity.ExpiresAt is { } expires) earliest = Math.Min(earliest, expires.UtcTicks);
        return earliest;
    }
}

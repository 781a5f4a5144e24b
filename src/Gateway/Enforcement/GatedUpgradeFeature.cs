using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Enforcement;

/// <summary>Stands in where a request asks to leave HTTP: an upgrade (HTTP/1.1) or an extended CONNECT (RFC 8441).</summary>
internal sealed class GatedUpgradeFeature(ProxiedExchange exchange, IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect)
    : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    /// <returns>Null for an ordinary request.</returns>
    public static GatedUpgradeFeature? Attach(ProxiedExchange exchange, IFeatureCollection features)
    {
        IHttpUpgradeFeature? upgrade = features.Get<IHttpUpgradeFeature>();
        IHttpExtendedConnectFeature? connect = features.Get<IHttpExtendedConnectFeature>();
        bool upgrades = upgrade is { IsUpgradableRequest: true };
        bool connects = connect is { IsExtendedConnect: true };
        if (!upgrades && !connects) return null;
        GatedUpgradeFeature standIn = new(exchange, upgrade, connect);
        if (upgrades) features.Set<IHttpUpgradeFeature>(standIn);
        if (connects) features.Set<IHttpExtendedConnectFeature>(standIn);
        return standIn;
    }

    public void Detach(IFeatureCollection features)
    {
        if (IsUpgradableRequest) features.Set(upgrade);
        if (IsExtendedConnect) features.Set(connect);
    }

    public bool IsUpgradableRequest => upgrade is { IsUpgradableRequest: true };
    public bool IsExtendedConnect => connect is { IsExtendedConnect: true };
    public string? Protocol => connect?.Protocol;

    public Task<Stream> UpgradeAsync() => exchange.UpgradeAsync(() => new ValueTask<Stream>(upgrade!.UpgradeAsync()));

    public ValueTask<Stream> AcceptAsync() => new(exchange.UpgradeAsync(() => connect!.AcceptAsync()));
}

using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Enforcement;

/// <summary>Stands in where a request asks to leave HTTP: an upgrade (HTTP/1.1) or an extended CONNECT (RFC 8441).</summary>
internal sealed class UpgradeStandIn(Exchange exchange, IHttpUpgradeFeature? upgrade, IHttpExtendedConnectFeature? connect)
    : IHttpUpgradeFeature, IHttpExtendedConnectFeature
{
    public static void Attach(Exchange exchange, IFeatureCollection features)
    {
        IHttpUpgradeFeature? upgrade = features.Get<IHttpUpgradeFeature>();
        IHttpExtendedConnectFeature? connect = features.Get<IHttpExtendedConnectFeature>();
        bool upgrades = upgrade is { IsUpgradableRequest: true };
        bool connects = connect is { IsExtendedConnect: true };
        if (!upgrades && !connects) return;
        UpgradeStandIn standIn = new(exchange, upgrade, connect);
        if (upgrades) features.Set<IHttpUpgradeFeature>(standIn);
        if (connects) features.Set<IHttpExtendedConnectFeature>(standIn);
    }

    public static void Detach(IFeatureCollection features)
    {
        if (features.Get<IHttpUpgradeFeature>() is UpgradeStandIn upgrade) features.Set(upgrade.Upgrade);
        if (features.Get<IHttpExtendedConnectFeature>() is UpgradeStandIn connect) features.Set(connect.Connect);
    }

    private IHttpUpgradeFeature? Upgrade => upgrade;
    private IHttpExtendedConnectFeature? Connect => connect;

    public bool IsUpgradableRequest => upgrade is { IsUpgradableRequest: true };
    public bool IsExtendedConnect => connect is { IsExtendedConnect: true };
    public string? Protocol => connect?.Protocol;

    public Task<Stream> UpgradeAsync() => exchange.Upgrade(() => new ValueTask<Stream>(upgrade!.UpgradeAsync()));

    public ValueTask<Stream> AcceptAsync() => new(exchange.Upgrade(() => connect!.AcceptAsync()));
}

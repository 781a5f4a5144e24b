using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using IPNetwork = System.Net.IPNetwork;

namespace Gateway.Credentials;

/// <summary>Reading rule 18: the proxies whose X-Forwarded-* headers are believed. As a feature it marks a request that
/// came from one.</summary>
internal sealed class TrustedProxies(IEnumerable<string> proxies)
{
    private readonly IPNetwork[] _networks = [.. proxies.Select(text => Parse(text)).OfType<IPNetwork>()];

    public bool Any => _networks.Length > 0;

    /// <summary>Gives an address, or a network as in 10.0.0.0/8; null for anything else.</summary>
    public static IPNetwork? Parse(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network)) return network;
        return IPAddress.TryParse(text, out IPAddress? address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }

    public bool Trusts(IPAddress? address)
    {
        if (address is null) return false;
        foreach (IPNetwork network in _networks)
            if (network.Contains(address)) return true;
        return false;
    }

    /// <summary>Takes client address, scheme and host from what a trusted proxy says; from anybody else it says nothing.</summary>
    public void Use(WebApplication app)
    {
        if (!Any) return;
        app.Use((context, next) =>
        {
            if (Trusts(context.Connection.RemoteIpAddress)) context.Features.Set(this);
            return next(context);
        });
        ForwardedHeadersOptions forwarded = new()
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost,
            ForwardLimit = null,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (IPNetwork network in _networks) forwarded.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(forwarded);
        app.Use((context, next) =>
        {
            // A proxy that listens for both families may name IPv4 clients so.
            if (context.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } client)
                context.Connection.RemoteIpAddress = client.MapToIPv4();
            return next(context);
        });
    }
}

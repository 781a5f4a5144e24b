using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Gateway.Http;

/// <summary>Takes back the addresses that the host gives the server besides its endpoints; it runs before the server binds.</summary>
internal sealed class OnlyEndpoints : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.ServerFeatures.Get<IServerAddressesFeature>()?.Addresses.Clear();
        next(app);
    };
}

using Gateway.Hosting;
using Gateway.Http;
using Gateway.Store.Sqlite;

namespace Gateway.Realms;

internal static class RealmsExtensions
{
    public static WebApplicationBuilder AddRealms(this WebApplicationBuilder builder)
    {
        builder.Services
            .AddSingleton(_ => new ProviderClient())
            .AddSingleton(services => new KeptDocuments(services.GetRequiredService<PairTable>()))
            .AddSingleton<RealmSet>()
            .AddSingleton<RealmMetrics>()
            .AddSingleton<TokenResolver>()
            .AddSingleton<IRefusalFormatter, SignInRedirect>()
            .AddLoop<RealmUpkeep>();
        return builder;
    }
}

using Gateway.Hosting;
using Gateway.Http;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Realms;

internal static class RealmsExtensions
{
    /// <param name="tokenCache">How many verified tokens each realm remembers.</param>
    public static WebApplicationBuilder AddRealms(this WebApplicationBuilder builder, int tokenCache)
    {
        builder.Services
            .AddSingleton(_ => new ProviderClient())
            .AddSingleton(services => new KeptDocuments(services.GetRequiredService<PairTable>()))
            .AddSingleton(services => new RealmNames([.. services.GetRequiredService<RealmsOptions>().Keys]))
            .AddSingleton(services => new LineageSeal(services.GetService<IVersionedStore>(), services.GetRequiredService<TimeProvider>()))
            .AddSingleton(services => ActivatorUtilities.CreateInstance<RealmSet>(services, tokenCache))
            .AddSingleton<RealmMetrics>()
            .AddSingleton<TokenLifetimes>()
            .AddSingleton<TokenTies>()
            .AddSingleton<TokenResolver>()
            .AddSingleton<IRefusalFormatter, SignInRedirect>()
            .AddLoop<RealmUpkeep>();
        return builder;
    }
}

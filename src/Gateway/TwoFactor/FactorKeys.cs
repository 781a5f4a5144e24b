using Gateway.Store;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;

namespace Gateway.TwoFactor;

/// <summary>
/// Holds the keys that encrypt second factors: a Data Protection key ring of its own, which lives in the shared store, so that
/// every node and every command has the same one. The ring is itself encrypted with the key file, where there is one.
/// It is read when the first factor is, not at the start: a store that is away must not hold up a gateway.
/// </summary>
internal sealed class FactorKeys : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly IDataProtector _protector;

    public FactorKeys(IVersionedStore store, KeyFile? keyFile, ILoggerFactory logging)
    {
        ServiceCollection services = new();
        services.AddSingleton(logging).AddLogging();
        if (keyFile is not null) services.AddSingleton(keyFile);
        services.AddDataProtection().SetApplicationName("Gateway");
        services.Configure<KeyManagementOptions>(options =>
        {
            options.XmlRepository = new KeyRing(store);
            options.XmlEncryptor = keyFile;
        });
        _services = services.BuildServiceProvider();
        _protector = _services.GetRequiredService<IDataProtectionProvider>().CreateProtector("Gateway.TwoFactor", "v1");
    }

    public IDataProtector For(string purpose) => _protector.CreateProtector(purpose);

    public void Dispose() => _services.Dispose();
}

using Gateway.Configuration;
using Gateway.Realms;
using Gateway.Store;
using Gateway.TwoFactor;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Tests.TwoFactor;

/// <summary>The two-factor room of one node, on a store file that several nodes may share.</summary>
internal sealed class FactorNode : IDisposable
{
    public static readonly FactorOwner Alice = new("main", "alice");
    private readonly ServiceProvider _services;

    public FactorNode(TempFolder folder, TimeProvider time, TwoFactorOptions? options = null)
    {
        _services = new ServiceCollection()
            .AddLogging(logging => logging.AddProvider(Log).SetMinimumLevel(LogLevel.Trace))
            .AddSingleton(time)
            .AddSingleton(options ?? new TwoFactorOptions())
            .AddSingleton(new StoreOptions())
            .AddSingleton(new ConfigurationFolder(folder.Path))
            .AddStores(new StoreOptions(), lease: TimeSpan.FromSeconds(5), claim: false)
            .AddSingleton(_ => new ProviderClient())
            .AddTwoFactor()
            .BuildServiceProvider();
    }

    public LogCapture Log { get; } = new();
    public SecondFactor Factor => Get<SecondFactor>();
    public Enrolment Enrolment => Get<Enrolment>();

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    public Task<FactorOutcome> CheckAsync(
        string? code, string? method = null, string token = "token", string agent = "agent", string address = "192.0.2.1",
        FactorOwner? owner = null)
        => Factor.CheckAsync(new(owner ?? Alice, code, method, token, agent, address), default);

    public async Task<FactorVerdict> VerdictAsync(
        string? code, string? method = null, string token = "token", string agent = "agent", string address = "192.0.2.1")
        => (await CheckAsync(code, method, token, agent, address)).Verdict;

    /// <summary>Enrols an authenticator app; the code of the present step is used up by that.</summary>
    public async Task<AuthenticatorApp> EnrolTotpAsync(TimeProvider time, FactorOwner? owner = null)
    {
        AuthenticatorApp app = AuthenticatorApp.Scan(await Enrolment.BeginTotpAsync(owner ?? Alice, default));
        Assert.NotNull(await Enrolment.ConfirmTotpAsync(owner ?? Alice, app.Code(time.GetUtcNow()), default));
        return app;
    }

    public void Dispose() => _services.Dispose();
}

using Gateway.Configuration;
using Gateway.Store;

namespace Gateway.TwoFactor;

internal static class TwoFactorExtensions
{
    public static WebApplicationBuilder AddTwoFactor(this WebApplicationBuilder builder)
    {
        builder.Services.AddTwoFactor();
        return builder;
    }

    /// <summary>Tells what the gateway and the command that enrols have in common.</summary>
    public static IServiceCollection AddTwoFactor(this IServiceCollection services) => services
        .AddSingleton(Keys)
        .AddSingleton<SlowLane>()
        .AddSingleton<FactorSeal>()
        .AddSingleton<FactorVault>()
        .AddSingleton<MailedCodeVault>()
        .AddSingleton<SmtpTokens>()
        .AddSingleton<SmtpSignIn>()
        .AddSingleton<SmtpMailer>()
        .AddSingleton<EmailCodes>()
        .AddSingleton<Guesses>()
        .AddSingleton<RememberedFactors>()
        .AddSingleton<SecondFactor>()
        .AddSingleton<Enrolment>();

    /// <summary>Maps enrolment, under <c>/v1</c> of the management listener; the caller has been authenticated.</summary>
    public static IEndpointRouteBuilder MapTwoFactor(this IEndpointRouteBuilder management)
    {
        TwoFactorEndpoints.Map(management.MapGroup("/two-factor"));
        return management;
    }

    private static FactorKeys Keys(IServiceProvider services)
    {
        TwoFactorOptions options = services.GetRequiredService<TwoFactorOptions>();
        IVersionedStore store = services.GetRequiredService<IVersionedStore>();
        string? path = options.KeyFile is { } named ? services.GetRequiredService<ConfigurationFolder>().Resolve(named)
            : store.LocalFile is { } local ? local + ".key"
            : null;
        // A file that the operator names is the operator's: a mistyped path must not become a second key.
        KeyFile? file = path is null ? null : new KeyFile(path, create: options.KeyFile is null);
        return new(store, file, services.GetRequiredService<ILoggerFactory>());
    }
}

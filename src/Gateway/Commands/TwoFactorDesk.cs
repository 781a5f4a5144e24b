using Gateway.Configuration;
using Gateway.Realms;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.TwoFactor;
using QRCoder;

namespace Gateway.Commands;

/// <summary>Holds the two-factor room without a gateway around it: nothing is started, and the store is open beside whoever else
/// has it.</summary>
internal sealed class TwoFactorDesk : IAsyncDisposable
{
    private const int Tries = 3;

    private readonly WebApplication _app;
    private readonly Enrolment _enrolment;

    private TwoFactorDesk(WebApplication app)
    {
        _app = app;
        _enrolment = app.Services.GetRequiredService<Enrolment>();
    }

    /// <exception cref="StoreUnavailableException">The store does not answer.</exception>
    public static async Task<TwoFactorDesk> OpenAsync(string configurationFile, CancellationToken cancellation)
    {
        WebApplicationBuilder builder = ConfigurationSources.CreateBuilder([], configurationFile);
        // Only what goes wrong, and not where the otpauth URI goes.
        builder.Logging.ClearProviders()
            .AddConsole(options => options.LogToStandardErrorThreshold = LogLevel.Trace).SetMinimumLevel(LogLevel.Warning);
        GatewayOptions options = GatewayOptions.AddTo(builder);
        builder.Services.AddStores(options.Store, options.Cluster.Lease, claim: false).AddTwoFactor();
        TwoFactorDesk desk = new(builder.Build());
        try
        {
            await StorePatience.AwaitAsync(desk._app.Services, cancellation);
            return desk;
        }
        catch
        {
            await desk.DisposeAsync();
            throw;
        }
    }

    /// <exception cref="EnrolmentException">There is no such realm.</exception>
    public FactorOwner Owner(string realm, string user)
    {
        IReadOnlyCollection<string> realms = _app.Services.GetRequiredService<RealmsOptions>().Keys;
        if (!realms.Contains(realm))
            throw new EnrolmentException($"There is no realm '{realm}'. The configuration has: {string.Join(", ", realms)}.");
        return user.Length > 0 ? new(realm, user) : throw new EnrolmentException("--user is empty.");
    }

    public async Task<int> EnrollTotpAsync(FactorOwner owner, CommandConsole console, CancellationToken cancellation)
    {
        string uri = await _enrolment.BeginTotpAsync(owner, cancellation);
        await console.Out.WriteLineAsync(uri);
        await console.Out.WriteLineAsync(QrCode(uri));
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            await console.Out.WriteAsync("Scan it with an authenticator app, then type the code that the app shows: ");
            await console.Out.FlushAsync(cancellation);
            string? code = (await console.In.ReadLineAsync(cancellation))?.Trim();
            if (code is null) break;
            if (await _enrolment.ConfirmTotpAsync(owner, code, cancellation) is { } backup)
            {
                await AuditAsync("enroll", owner, FactorMethods.Totp, cancellation);
                string codes = string.Join("\n  ", backup);
                await console.Out.WriteLineAsync($"\nEnrolled. Backup codes for {owner.User}, each good once, shown only now:\n  {codes}");
                return 0;
            }
            await console.Error.WriteLineAsync("That is not the code. Check the clocks of the phone and of this machine.");
        }
        await console.Error.WriteLineAsync("Not enrolled: the app has not shown a right code. Begin again.");
        return 1;
    }

    public async Task<int> EnrollPasswordAsync(FactorOwner owner, CommandConsole console, CancellationToken cancellation)
    {
        if (!Console.IsInputRedirected) await console.Error.WriteAsync("Password: ");
        string? password = await console.In.ReadLineAsync(cancellation);
        if (string.IsNullOrEmpty(password)) throw new EnrolmentException("No password came on standard input.");
        await _enrolment.SetPasswordAsync(owner, password, cancellation);
        await AuditAsync("enroll", owner, FactorMethods.Password, cancellation);
        await console.Out.WriteLineAsync($"Enrolled: a password for {owner.User}.");
        return 0;
    }

    public async Task<int> EnrollEmailAsync(FactorOwner owner, string? address, CommandConsole console, CancellationToken cancellation)
    {
        await _enrolment.SetEmailAsync(owner, address ?? throw new EnrolmentException("--email ADDRESS is missing."), cancellation);
        await AuditAsync("enroll", owner, FactorMethods.Email, cancellation);
        await console.Out.WriteLineAsync($"Enrolled: codes by e-mail for {owner.User}.");
        return 0;
    }

    public async Task<int> RemoveAsync(FactorOwner owner, string? method, CommandConsole console, CancellationToken cancellation)
    {
        if (!await _enrolment.RemoveAsync(owner, method, cancellation)) throw new EnrolmentException($"{owner.User} has no such factor.");
        await AuditAsync("remove", owner, method ?? "all", cancellation);
        await console.Out.WriteLineAsync($"Removed: {method ?? "every factor"} of {owner.User}.");
        return 0;
    }

    public async Task<int> ListAsync(string? realm, CommandConsole console, CancellationToken cancellation)
    {
        bool all = true;
        foreach ((FactorOwner owner, Factors? factors) in await _enrolment.ListAsync(realm, cancellation))
        {
            UserMethods methods = UserMethods.Of(owner.User, factors);
            string note = methods.Unreadable is true ? "(cannot be decrypted with this key file)"
                : methods.Pending ? " (an authenticator waits for its first code)" : "";
            await console.Out.WriteLineAsync($"{owner.Realm}\t{owner.User}\t{string.Join(',', methods.Methods)}{note}");
            all &= factors is not null;
        }
        return all ? 0 : 1;
    }

    private Task AuditAsync(string action, FactorOwner owner, string method, CancellationToken cancellation)
    {
        AuditLog audit = _app.Services.GetRequiredService<AuditLog>();
        audit.Record(Actor.CommandLine, "two-factor " + action, owner.FullName, detail: method);
        return audit.FlushAsync(cancellation);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static string QrCode(string uri)
    {
        using QRCodeData data = QRCodeGenerator.GenerateQrCode(uri, QRCodeGenerator.ECCLevel.L);
        using AsciiQRCode code = new(data);
        return code.GetGraphicSmall();
    }
}

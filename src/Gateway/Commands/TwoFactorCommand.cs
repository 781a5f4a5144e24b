using System.CommandLine;
using Gateway.Configuration;
using Gateway.Revocation;
using Gateway.Store;
using Gateway.TwoFactor;

namespace Gateway.Commands;

/// <summary>Makes <c>two-factor enroll|remove|list</c>: second factors from the command line, beside a running gateway and with
/// effect at once, for both work on the one store.</summary>
internal static class TwoFactorCommand
{
    public static Command Create()
    {
        Command command = new("two-factor", "Enrol, remove and list second factors; a running gateway takes notice at once.");
        command.Add(Enroll());
        command.Add(Remove());
        command.Add(List());
        return command;
    }

    private static Command Enroll()
    {
        Option<string> realm = Realm(), user = User(), config = GatewayCommand.ConfigOption();
        Option<string> method = Method(
            "totp (default): an authenticator app; password: read from standard input; email: codes to --email.");
        method.DefaultValueFactory = _ => FactorMethods.Totp;
        Option<string?> email = new("--email") { Description = "Where codes by e-mail go.", HelpName = "ADDRESS" };
        Command command = new("enroll", "Enrol a second factor for a user.") { realm, user, method, email, config };
        return command.Does(config, async (parsed, factors, console, cancellation) =>
        {
            FactorOwner owner = factors.Owner(parsed.GetRequiredValue(realm), parsed.GetRequiredValue(user));
            return parsed.GetRequiredValue(method) switch
            {
                FactorMethods.Totp => await factors.EnrollTotpAsync(owner, console, cancellation),
                FactorMethods.Password => await factors.EnrollPasswordAsync(owner, console, cancellation),
                _ => await factors.EnrollEmailAsync(owner, parsed.GetValue(email), console, cancellation),
            };
        });
    }

    private static Command Remove()
    {
        Option<string> realm = Realm(), user = User(), config = GatewayCommand.ConfigOption();
        Option<string> method = Method("Which one; without it all of them.");
        Command command = new("remove", "Remove second factors of a user.") { realm, user, method, config };
        return command.Does(config, (parsed, factors, console, cancellation) =>
        {
            FactorOwner owner = factors.Owner(parsed.GetRequiredValue(realm), parsed.GetRequiredValue(user));
            return factors.RemoveAsync(owner, parsed.GetValue(method), console, cancellation);
        });
    }

    private static Command List()
    {
        Option<string?> realm = new("--realm") { Description = "Only of this realm.", HelpName = "REALM" };
        Option<string> config = GatewayCommand.ConfigOption();
        Command command = new("list", "List users and their methods, never their secrets.") { realm, config };
        return command.Does(
            config, (parsed, factors, console, cancellation) => factors.ListAsync(parsed.GetValue(realm), console, cancellation));
    }

    private static Option<string> Realm()
        => new("--realm") { Description = "The realm whose user it is.", HelpName = "REALM", Required = true };

    private static Option<string> User()
        => new("--user") { Description = "The user: the subject that the realm's tokens name.", HelpName = "USER", Required = true };

    private static Option<string> Method(string description)
    {
        Option<string> method = new("--method") { Description = description, HelpName = "METHOD" };
        return method.AcceptOnlyFromAmong(FactorMethods.All);
    }

    private static Command Does(
        this Command command, Option<string> config, Func<ParseResult, TwoFactorDesk, CommandConsole, CancellationToken, Task<int>> action)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            CommandConsole console = new(Console.In, parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            try
            {
                await using TwoFactorDesk desk = await TwoFactorDesk.OpenAsync(parsed.GetRequiredValue(config), cancellation);
                return await action(parsed, desk, console, cancellation);
            }
            catch (Exception error) when (error is EnrolmentException or StoreUnavailableException or StoreFileException
                or InvalidConfigurationException or IOException or InvalidDataException)
            {
                await console.Error.WriteLineAsync(error.Message);
                return 1;
            }
        });
        return command;
    }
}

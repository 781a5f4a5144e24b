using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using Gateway.Configuration;

namespace Gateway.Commands;

/// <summary>What an option's value has to be, told before anything runs.</summary>
internal static class OptionChecks
{
    public static void MustBeAPort(this Option option)
        => option.Must(text => int.TryParse(text, out int port) && port is > 0 and <= IPEndPoint.MaxPort,
            "is no port; ports are 1 to 65535.");

    public static void MustBeAnAddress(this Option option)
        => option.Must(text => IPAddress.TryParse(text, out _), "is no IP address; write it like 127.0.0.1, or 0.0.0.0 for all.");

    public static void MustBeAUrl(this Option option)
        => option.Must(Checks.IsHttpUrl, "is not an http or https URL; write it like http://127.0.0.1:8080.");

    private static void Must(this Option option, Func<string, bool> good, string complaint) => option.Validators.Add(result =>
    {
        foreach (Token token in result.Tokens)
            if (!good(token.Value)) result.AddError($"{option.Name}: '{token.Value}' {complaint}");
    });
}

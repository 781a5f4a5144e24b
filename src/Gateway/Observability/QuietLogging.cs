using Gateway.Enforcement;
using Microsoft.Extensions.Logging.Console;

namespace Gateway.Observability;

/// <summary>What the frameworks below log: warnings and errors, and never a request line, because a query string may
/// carry a token. That an exchange was cut off is no warning where the gateway itself has ended it.</summary>
internal static class QuietLogging
{
    // Each of these writes the address of a request, query included, below Warning.
    private static readonly string[] WritesAddresses =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http.HttpClient",
        Forwarder,
    ];

    private const string Forwarder = "Yarp.ReverseProxy.Forwarder.HttpForwarder";

    public static WebApplicationBuilder AddQuietLogging(this WebApplicationBuilder builder)
    {
        foreach (string category in (string[])["Microsoft.AspNetCore", "System.Net.Http", "Yarp"])
            if (builder.Configuration[$"Logging:LogLevel:{category}"] is null) builder.Logging.AddFilter(category, LogLevel.Warning);
        // Added after the rules of the configuration, so that these cannot be loosened by it, only tightened.
        foreach (string category in WritesAddresses)
        {
            if (builder.Configuration[$"Logging:LogLevel:{category}"] is "Error" or "Critical" or "None") continue;
            if (category == Forwarder) builder.Logging.AddFilter(category, level => level >= LogLevel.Warning && !EndedByGateway.IsCurrent);
            else builder.Logging.AddFilter(category, LogLevel.Warning);
        }
        builder.Services.AddSingleton<ConsoleFormatter, PlainFormatter>();
        builder.Services.PostConfigure<ConsoleLoggerOptions>(console => console.FormatterName ??= PlainFormatter.FormatterName);
        return builder;
    }
}

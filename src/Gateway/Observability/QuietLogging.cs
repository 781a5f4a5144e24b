using Microsoft.Extensions.Logging.Console;

namespace Gateway.Observability;

/// <summary>What the frameworks below log: warnings and errors, and never a request line, because a query string may
/// carry a token.</summary>
internal static class QuietLogging
{
    // Each of these writes the address of a request, query included, below Warning.
    private static readonly string[] WritesAddresses =
    [
        "Microsoft.AspNetCore.Routing",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Net.Http.HttpClient",
    ];

    // The host's diagnostics write request lines, make an activity for each request as soon as one level of theirs is on, and
    // repeat what a failed start throws. The proxy's say that a request failed, but not on which route: the gateway tells that.
    private static readonly string[] Replaced =
    [
        "Microsoft.AspNetCore.Hosting.Diagnostics",
        "Yarp.ReverseProxy.Forwarder.HttpForwarder",
        "Yarp.ReverseProxy.Forwarder.ForwarderMiddleware",
    ];

    public static WebApplicationBuilder AddQuietLogging(this WebApplicationBuilder builder)
    {
        foreach (string category in (string[])["Microsoft.AspNetCore", "System.Net.Http", "Yarp"])
            if (builder.Configuration[$"Logging:LogLevel:{category}"] is null) builder.Logging.AddFilter(category, LogLevel.Warning);
        // Added after the rules of the configuration, so that these cannot be loosened by it, only tightened.
        foreach (string category in WritesAddresses)
            if (builder.Configuration[$"Logging:LogLevel:{category}"] is not ("Error" or "Critical" or "None"))
                builder.Logging.AddFilter(category, LogLevel.Warning);
        // It warns of keys that are not encrypted where they lie. They sign affinity cookies, and lie in the store, which nobody else
        // reads.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        foreach (string category in Replaced) builder.Logging.AddFilter(category, LogLevel.None);
        builder.Services.AddSingleton<ConsoleFormatter, PlainFormatter>();
        builder.Services.PostConfigure<ConsoleLoggerOptions>(console => console.FormatterName ??= PlainFormatter.FormatterName);
        return builder;
    }
}

using System.Text.RegularExpressions;

namespace Gateway.Dialects.RocketChat;

/// <summary>What a User-Agent says about a device, in Rocket.Chat's words.</summary>
internal sealed partial record Device(string Type, string Name, string LongVersion, string OsName, string OsVersion)
{
    private static readonly Device Other = new("other", "", "", "", "");

    // The more special first: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
    private static readonly (string Token, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
        ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"),
    ];

    public string Version => VersionOf().Match(LongVersion).Value;

    public static Device Of(string? userAgent)
    {
        if (string.IsNullOrEmpty(userAgent)) return Other;
        if (MobileApp().Match(userAgent) is { Success: true } mobile)
        {
            string bundle = mobile.Groups["bundle"] is { Success: true } group ? " " + group.Value : "";
            return new("mobile-app", "RC Mobile", mobile.Groups["version"].Value + bundle, mobile.Groups["os"].Value,
                mobile.Groups["osVersion"].Value);
        }
        (string osName, string osVersion) = Os(userAgent);
        if (After(userAgent, "Rocket.Chat/") is { } desktop) return new("desktop-app", "Rocket.Chat", desktop, osName, osVersion);
        foreach ((string token, string name) in Browsers)
            if (After(userAgent, token) is { } version) return new("browser", name, version, osName, osVersion);
        if (userAgent.Contains("Safari/", StringComparison.Ordinal) && After(userAgent, "Version/") is { } safari)
            return new("browser", userAgent.Contains("Mobile/", StringComparison.Ordinal) ? "Mobile Safari" : "Safari", safari, osName,
                osVersion);
        return Other with { OsName = osName, OsVersion = osVersion };
    }

    private static (string Name, string Version) Os(string userAgent)
    {
        if (AppleMobile().Match(userAgent) is { Success: true } ios) return ("iOS", ios.Groups[1].Value.Replace('_', '.'));
        if (Mac().Match(userAgent) is { Success: true } mac) return ("Mac OS", mac.Groups[1].Value.Replace('_', '.'));
        if (After(userAgent, "Android ") is { } android) return ("Android", android);
        if (After(userAgent, "Windows NT ") is { } windows)
            return ("Windows", windows switch { "10.0" => "10", "6.3" => "8.1", "6.2" => "8", "6.1" => "7", _ => windows });
        if (userAgent.Contains("CrOS ", StringComparison.Ordinal)) return ("Chromium OS", "");
        if (userAgent.Contains("Ubuntu", StringComparison.Ordinal)) return ("Ubuntu", "");
        return userAgent.Contains("Linux", StringComparison.Ordinal) ? ("Linux", "") : ("", "");
    }

    private static string? After(string userAgent, string token)
    {
        int at = userAgent.IndexOf(token, StringComparison.Ordinal);
        if (at < 0) return null;
        int end = at += token.Length;
        while (end < userAgent.Length && (char.IsAsciiDigit(userAgent[end]) || userAgent[end] == '.')) end++;
        return userAgent[at..end].TrimEnd('.');
    }

    [GeneratedRegex(@"^RC Mobile; (?<os>[^\s;]+) (?<osVersion>[^\s;]+); v(?<version>[0-9.]+)(?: \((?<bundle>[0-9]+)\))?",
        RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex MobileApp();

    [GeneratedRegex("(?:iPhone|iPad|iPod)[^)]{0,40} OS ([0-9_]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex AppleMobile();

    [GeneratedRegex("Mac OS X ([0-9_.]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex Mac();

    [GeneratedRegex(@"([0-9]+\.){0,2}[0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 100)]
    private static partial Regex VersionOf();
}

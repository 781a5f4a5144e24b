using System.Net;

namespace Gateway.Configuration;

/// <summary>Adds a problem for each thing that does not hold.</summary>
internal sealed class Checks(List<Problem> problems)
{
    private const string TokenCharacters = "!#$%&'*+-.^_`|~";

    public void That(bool holds, string path, string otherwise)
    {
        if (!holds) problems.Add(new(path, otherwise));
    }

    public void Between(TimeSpan value, TimeSpan least, TimeSpan most, string path)
        => That(value >= least && value <= most, path, $"{value} is out of range; {least} to {most}.");

    public void Between(long value, long least, long most, string path)
        => That(value >= least && value <= most, path, $"{value} is out of range; {least} to {most}.");

    public void HttpUrl(string? url, string path, string example)
        => That(IsHttpUrl(url), path, string.IsNullOrWhiteSpace(url) ? $"is missing; an http or https URL like {example}." : url.Contains('@') ? $"holds a user or a password; write only scheme, host, port and path, like {example}." : $"'{url}' is not an http or https URL; write it like {example}.");

    public static bool IsHttpUrl(string? url) => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https" && uri is { UserInfo: "", Host.Length: > 0 };

    public void Text(string? value, string path, string otherwise) => That(!string.IsNullOrWhiteSpace(value), path, otherwise);

    /// <summary>A token of RFC 9110 section 5.6.2: the name of a header or a cookie, a scheme.</summary>
    public void Token(string value, string path, string what)
        => That(value.Length > 0 && value.All(character => char.IsAsciiLetterOrDigit(character) || TokenCharacters.Contains(character)), path, $"'{value}' is no {what}: letters, digits and {TokenCharacters} only.");

    public static bool IsAddressOrNetwork(string text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _);
}

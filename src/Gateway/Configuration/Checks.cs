using System.Net;
using System.Runtime.CompilerServices;

namespace Gateway.Configuration;

/// <summary>Gives validators what they look at, and takes a problem for each thing that does not hold.</summary>
/// <param name="sections">The options that were read, each a property; see <see cref="ConfigurationSchema"/>.</param>
/// <param name="inForce">The options that a running gateway keeps until it is started again; those that were read, at the start.</param>
internal sealed class Checks(IConfiguration configuration, ConfigurationFolder folder, object sections, object inForce,
    List<Problem> problems)
{
    private const string TokenCharacters = "!#$%&'*+-.^_`|~";

    private string _path = "";

    public IConfiguration Configuration { get; } = configuration;

    public ConfigurationFolder Folder { get; } = folder;

    /// <summary>Gives the options of one room, as they were read.</summary>
    public T Options<T>() => Section<T>(sections);

    /// <summary>Gives the options of one room, as they count once this configuration is taken.</summary>
    public T OptionsInForce<T>() => Section<T>(inForce);

    /// <summary>Gives the same, with keys below a path: <c>Gateway:Cluster</c>, or <c>Smtp</c> from there.</summary>
    public Checks At(string path) => new(Configuration, Folder, sections, inForce, problems) { _path = Below(path) };

    /// <summary>Reads a section of somebody else's strictly, and reports what it does not know.</summary>
    /// <param name="except">A key that is read in another way.</param>
    public T Bind<T>(string section, string? except = null) where T : new()
    {
        List<Problem> found = [];
        T bound = new StrictBinder(found).Bind<T>(Configuration.GetSection(section));
        problems.AddRange(found.Where(
            problem => except is null || !problem.Path.StartsWith($"{section}:{except}", StringComparison.OrdinalIgnoreCase)));
        return bound;
    }

    /// <summary>How many problems were found so far.</summary>
    public int Found => problems.Count;

    public void Add(string key, string message) => problems.Add(new(Below(key), message));

    public void That(bool holds, string key, string otherwise)
    {
        if (!holds) Add(key, otherwise);
    }

    /// <param name="key">The option's name, taken from <paramref name="value"/>: <c>options.Guesses.PerUser</c> is Guesses:PerUser.</param>
    public void Between(TimeSpan value, TimeSpan least, TimeSpan most, [CallerArgumentExpression(nameof(value))] string key = "")
        => That(value >= least && value <= most, KeyOf(key), $"{value} is out of range; {least} to {most}.");

    /// <inheritdoc cref="Between(TimeSpan, TimeSpan, TimeSpan, string)"/>
    public void Between(long value, long least, long most, [CallerArgumentExpression(nameof(value))] string key = "")
        => That(value >= least && value <= most, KeyOf(key), $"{value} is out of range; {least} to {most}.");

    public void Text(string? value, string otherwise, [CallerArgumentExpression(nameof(value))] string key = "")
        => That(!string.IsNullOrWhiteSpace(value), KeyOf(key), otherwise);

    public void HttpUrl(string? url, string example, [CallerArgumentExpression(nameof(url))] string key = "")
        => That(IsHttpUrl(url), KeyOf(key), string.IsNullOrWhiteSpace(url) ? $"is missing; an http or https URL like {example}."
            : url.Contains('@') ? $"holds a user or a password; write only scheme, host, port and path, like {example}."
            : $"'{url}' is not an http or https URL; write it like {example}.");

    /// <summary>Checks for a token of RFC 9110 section 5.6.2: the name of a header or a cookie, a scheme.</summary>
    public void Token(string value, string what, [CallerArgumentExpression(nameof(value))] string key = "")
        => That(value.Length > 0 && value.All(character => char.IsAsciiLetterOrDigit(character) || TokenCharacters.Contains(character)),
            KeyOf(key),
            $"'{value}' is no {what}: letters, digits and {TokenCharacters} only.");

    public void File(string? file, string cure, [CallerArgumentExpression(nameof(file))] string key = "")
    {
        if (file is not null)
            That(System.IO.File.Exists(Folder.Resolve(file)), KeyOf(key), $"the file {Folder.Resolve(file)} does not exist. {cure}");
    }

    public static bool IsHttpUrl(string? url)
        => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "https"
            && uri is { UserInfo: "", Host.Length: > 0 };

    public static bool IsAddressOrNetwork(string text) => IPAddress.TryParse(text, out _) || IPNetwork.TryParse(text, out _);

    private string Below(string key) => _path.Length == 0 ? key : key.Length == 0 ? _path : $"{_path}:{key}";

    private static string KeyOf(string expression)
        => expression[(expression.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace('.', ':');

    private static T Section<T>(object all)
        => (T)all.GetType().GetProperties().Single(section => section.PropertyType == typeof(T)).GetValue(all)!;
}

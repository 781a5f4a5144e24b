using Gateway.Http;

namespace Gateway.Realms;

/// <summary>
/// The address of the page where one signs in, with the page that a browser wanted, so that it can be sent back there. That page is
/// always of the origin which the browser has asked: as a path where one signs in at the same origin, else with the origin.
/// </summary>
internal sealed class ReturnUrl(RealmsOptions realms)
{
    public const string DefaultParameter = "rd";

    // Servers and browsers take longer addresses, but not all of them.
    private const int Longest = 2000;

    private readonly string[] _credentials =
    [
        .. realms.Values.SelectMany(realm => realm.Credentials)
            .Select(credential => credential.Query).OfType<string>().Select(Folded),
    ];

    /// <param name="realm">With a SignInUrl. Null is answered where that page itself was refused: it would lead to itself.</param>
    public string? SignIn(HttpContext context, RealmOptions realm)
    {
        HttpRequest request = context.Request;
        string url = realm.SignInUrl!;
        bool isHere = url.StartsWith('/') || Uri.TryCreate(url, UriKind.Absolute, out Uri? absolute) && IsOrigin(absolute, request);
        string path = RequestTarget.Path(context).ToString();
        if (isHere && IsSamePage(url, request.Path)) return null;
        if (realm.ReturnUrlParameter is "" || !Navigation.IsRead(request) || IsOdd(path)) return url;
        string origin = isHere ? "" : $"{request.Scheme}://{request.Host}";
        string wanted = origin + path + WithoutCredentials(request.QueryString.Value ?? "");
        return wanted.Length > Longest ? url : With(url, realm.ReturnUrlParameter ?? DefaultParameter, wanted);
    }

    private static bool IsOrigin(Uri url, HttpRequest request)
        => url.Scheme.Equals(request.Scheme, StringComparison.OrdinalIgnoreCase)
            && url.Host.Equals(request.Host.Host, StringComparison.OrdinalIgnoreCase)
            && url.Port == (request.Host.Port ?? (request.IsHttps ? 443 : 80));

    private static bool IsSamePage(string url, PathString asked)
    {
        string path = url.StartsWith('/') ? url.Split('?', '#')[0] : new Uri(url).AbsolutePath;
        return string.Equals(path.TrimEnd('/'), asked.Value?.TrimEnd('/'), StringComparison.OrdinalIgnoreCase);
    }

    // A path that begins so names another host to a browser; one that does not begin with a slash names none.
    private static bool IsOdd(string path)
        => !path.StartsWith('/') || path.Length > 1 && path[1] is '/' or '\\' || path.AsSpan().ContainsAnyExceptInRange('!', '~');

    private static string With(string url, string parameter, string value)
    {
        int hash = url.IndexOf('#');
        string fragment = hash < 0 ? "" : url[hash..];
        if (hash >= 0) url = url[..hash];
        return $"{url}{(url.Contains('?') ? '&' : '?')}{parameter}={Uri.EscapeDataString(value)}{fragment}";
    }

    // What was refused must not come back, and is not told to whoever signs in.
    private string WithoutCredentials(string query)
    {
        if (_credentials.Length == 0 || query.Length < 2) return query;
        string[] kept = [.. query[1..].Split('&').Where(part => !part.Split(';').Any(IsCredential))];
        return kept.Length == 0 ? "" : "?" + string.Join('&', kept);
    }

    private bool IsCredential(string parameter)
    {
        string name = Folded(parameter.Split('=')[0]);
        return Array.Exists(_credentials, credential => name.StartsWith(credential, StringComparison.Ordinal));
    }

    // Reading rule 3a: names are compared by their letters and digits alone.
    private static string Folded(string name)
        => string.Concat(Uri.UnescapeDataString(Uri.UnescapeDataString(name)).Where(char.IsLetterOrDigit)).ToLowerInvariant();
}

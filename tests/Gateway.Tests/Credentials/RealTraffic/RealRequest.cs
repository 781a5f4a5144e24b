using System.Text;

namespace Gateway.Tests.Credentials.RealTraffic;

/// <summary>A request as a real application or client sends it.</summary>
/// <param name="Name">Whose it is, and what is special about it.</param>
/// <param name="Line">Method and target.</param>
internal sealed record RealRequest(string Name, string Line, IReadOnlyList<string> Headers, string Body)
{
    public static IReadOnlyList<RealRequest> All { get; } = Read();

    /// <summary>Gives its bytes for a host.</summary>
    /// <param name="cookie">One more cookie; null for none.</param>
    public byte[] For(string host, string? cookie)
    {
        List<string> headers = [$"Host: {host}", .. Headers];
        int cookies = headers.FindIndex(header => header.StartsWith("Cookie:", StringComparison.Ordinal));
        if (cookie is not null && cookies >= 0) headers[cookies] += "; " + cookie;
        else if (cookie is not null) headers.Add("Cookie: " + cookie);
        if (Body.Length > 0) headers.Add($"Content-Length: {Encoding.UTF8.GetByteCount(Body)}");
        headers.Add("Connection: close");
        return Encoding.UTF8.GetBytes($"{Line} HTTP/1.1\r\n{string.Join("\r\n", headers)}\r\n\r\n{Body}");
    }

    // "# name", the request line, headers, and after an empty line a body.
    private static RealRequest[] Read()
    {
        string file = Path.Combine(Repository.Root, "tests", "Gateway.Tests", "Credentials", "RealTraffic", "requests.txt");
        return [.. File.ReadAllText(file).Split("\n# ").Select(text => text.TrimStart('#', ' ').TrimEnd('\n').Split('\n')).Select(lines =>
        {
            int empty = Array.IndexOf(lines, "");
            string[] headers = empty < 0 ? lines[2..] : lines[2..empty];
            return new RealRequest(lines[0], lines[1], headers, empty < 0 ? "" : string.Join('\n', lines[(empty + 1)..]));
        })];
    }
}

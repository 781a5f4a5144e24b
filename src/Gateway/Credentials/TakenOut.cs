using System.Text;
using Microsoft.Extensions.Primitives;

namespace Gateway.Credentials;

/// <summary>Takes copies out of a request and leaves everything else byte for byte.</summary>
internal static class TakenOut
{
    /// <param name="copies">Each with a part that can be taken out.</param>
    public static void From(HttpRequest request, IReadOnlyList<Copy> copies)
    {
        foreach (IGrouping<string?, Copy> group in copies.GroupBy(copy => copy.Header, StringComparer.OrdinalIgnoreCase))
        {
            if (group.Key is not { } header)
            {
                string query = request.QueryString.Value!;
                string left = Without(query.AsSpan(1), '&', [.. group.Select(copy => copy.Part)]);
                request.QueryString = left.Length == 0 ? QueryString.Empty : new QueryString("?" + left);
                continue;
            }
            char divider = header.Equals("Cookie", StringComparison.OrdinalIgnoreCase) ? ';' : ',';
            StringValues lines = request.Headers[header];
            List<string> kept = [];
            for (int line = 0; line < lines.Count; line++)
            {
                HashSet<int> parts = [.. group.SelectMany(PartsOf).Where(part => part.Line == line).Select(part => part.Part)];
                string text = lines[line] ?? "";
                if (parts.Contains(Copy.WholeLine)) continue;
                if (parts.Count > 0 && (text = Without(text, divider, parts).Trim()).Length == 0) continue;
                kept.Add(text);
            }
            if (kept.Count == 0) request.Headers.Remove(header);
            else request.Headers[header] = kept.ToArray();
        }
    }

    private static IEnumerable<(int Line, int Part)> PartsOf(Copy copy) => [(copy.Line, copy.Part), .. copy.Chunks ?? []];

    private static string Without(ReadOnlySpan<char> text, char divider, HashSet<int> parts)
    {
        StringBuilder kept = new(text.Length);
        int number = -1;
        bool first = true;
        foreach (Range range in text.Split(divider))
        {
            if (parts.Contains(++number)) continue;
            if (!first) kept.Append(divider);
            kept.Append(text[range]);
            first = false;
        }
        return kept.ToString();
    }
}

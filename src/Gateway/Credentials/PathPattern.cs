using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.AspNetCore.Routing.Template;

namespace Gateway.Credentials;

/// <summary>The path of a route, as metadata of its endpoint: routing itself does not look at the case of letters.</summary>
internal sealed class PathPattern
{
    private readonly TemplateMatcher _matcher;
    private readonly (int Segment, string Text)[] _literals;

    public PathPattern(RoutePattern pattern)
    {
        _matcher = new TemplateMatcher(new RouteTemplate(pattern), []);
        _literals = [.. pattern.PathSegments.Index()
            .Where(segment => segment.Item.Parts is [RoutePatternLiteralPart literal] && literal.Content.Any(char.IsLetter))
            .Select(segment => (segment.Index, ((RoutePatternLiteralPart)segment.Item.Parts[0]).Content))];
    }

    public bool Matches(ReadOnlySpan<char> path) => _matcher.TryMatch(new PathString(path.ToString()), []);

    /// <summary>Tells whether the literal text of the route stands in a path that matches it in the case that the route has.</summary>
    public bool HasExactLiterals(ReadOnlySpan<char> path)
    {
        if (_literals.Length == 0) return true;
        int literal = 0;
        int segment = 0;
        foreach (Range range in path.TrimStart('/').Split('/'))
        {
            if (_literals[literal].Segment == segment)
            {
                if (!path.TrimStart('/')[range].SequenceEqual(_literals[literal].Text)) return false;
                if (++literal == _literals.Length) return true;
            }
            segment++;
        }
        return true;
    }
}

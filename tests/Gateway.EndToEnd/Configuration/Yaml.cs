using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Configuration;

/// <summary>As much of YAML 1.2 as docker-compose.yml uses: block mappings and sequences, flow ones on one line, anchors,
/// aliases, merge keys and comments. Anything else is an error.</summary>
internal sealed partial class Yaml
{
    private readonly List<(int Indent, string Text, int Number)> _lines = [];
    private readonly Dictionary<string, JsonNode?> _anchors = [];
    private int _at;

    private Yaml(string text)
    {
        foreach ((int number, string line) in text.Split('\n').Index())
        {
            string bare = Comment().Replace(line, "").TrimEnd();
            if (bare.Length == 0) continue;
            if (bare.Contains('\t')) throw new FormatException($"line {number + 1}: a tab");
            _lines.Add((bare.Length - bare.TrimStart().Length, bare.Trim(), number + 1));
        }
    }

    public static JsonObject Parse(string text)
    {
        Yaml yaml = new(text);
        JsonNode? root = yaml.Block(0);
        if (yaml._at < yaml._lines.Count) throw new FormatException($"line {yaml._lines[yaml._at].Number}: out of place");
        return root as JsonObject ?? throw new FormatException("not a mapping");
    }

    private JsonNode? Block(int indent) => _lines[_at].Text.StartsWith("- ", StringComparison.Ordinal) ? Sequence(indent) : Mapping(indent);

    private JsonArray Sequence(int indent)
    {
        JsonArray items = [];
        while (_at < _lines.Count && _lines[_at].Indent == indent) items.Add(Flow(_lines[_at++].Text[2..]));
        return items;
    }

    private JsonObject Mapping(int indent)
    {
        JsonObject mapping = [];
        while (_at < _lines.Count && _lines[_at].Indent == indent)
        {
            (_, string text, int number) = _lines[_at++];
            if (KeyAndValue().Match(text) is not { Success: true } match) throw new FormatException($"line {number}: {text}");
            string key = match.Groups["key"].Value, value = match.Groups["value"].Value.Trim();
            string? anchor = null;
            if (value.StartsWith('&'))
            {
                anchor = value.Split(' ')[0][1..];
                value = value[(anchor.Length + 1)..].Trim();
            }
            JsonNode? node = value.Length > 0
                ? Flow(value)
                : _at < _lines.Count && _lines[_at].Indent > indent
                ? Block(_lines[_at].Indent)
                : null;
            if (anchor is not null) _anchors[anchor] = node;
            if (key == "<<") foreach ((string name, JsonNode? merged) in (JsonObject)node!) mapping.TryAdd(name, merged?.DeepClone());
            else mapping[key] = node;
        }
        if (_at < _lines.Count && _lines[_at].Indent > indent) throw new FormatException($"line {_lines[_at].Number}: indented too far");
        return mapping;
    }

    private JsonNode? Flow(string text)
    {
        if (text[0] == '*') return _anchors[text[1..]]?.DeepClone();
        if (text[0] == '[') return new JsonArray([.. Inside(text).Select(Flow)]);
        if (text[0] != '{') return JsonValue.Create(text.Trim('"'));
        JsonObject mapping = [];
        foreach (string item in Inside(text))
        {
            Match match = KeyAndValue().Match(item);
            mapping[match.Groups["key"].Value] = Flow(match.Groups["value"].Value.Trim());
        }
        return mapping;
    }

    private static IEnumerable<string> Inside(string text)
        => FlowItem().Matches(text[1..^1]).Select(match => match.Value.Trim()).Where(item => item.Length > 0);

    [GeneratedRegex("(^|\\s)#.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("^(?<key>[^\\s:\"]+):(?<value>( .*)?)$")]
    private static partial Regex KeyAndValue();

    [GeneratedRegex("(\"[^\"]*\"|\\{[^}]*\\}|[^,\"{}])+")]
    private static partial Regex FlowItem();
}

using System.Text.RegularExpressions;

namespace Gateway.Tests.Support;

/// <summary>A block of code in the manual, and the comment above it that says how a test tries it.</summary>
/// <param name="Page">The page's path below the repository's root.</param>
/// <param name="Language">What stands after the fence: <c>bash</c>, <c>json</c>, nothing.</param>
/// <param name="Note">The text of the HTML comment right above the block; empty when there is none.</param>
internal sealed partial record Snippet(string Page, string Language, string Note, string Text)
{
    public static IEnumerable<Snippet> In(string page, string text)
        => Block().Matches(text).Select(
            match => new Snippet(page, match.Groups["language"].Value, match.Groups["note"].Value, match.Groups["text"].Value));

    public override string ToString() => $"{Page}: {(Note.Length == 0 ? "no note" : Note)}\n{Text}";

    [GeneratedRegex("(?:^<!-- (?<note>[^\n]*?) -->\n)?^```(?<language>[a-z]*)\n(?<text>.*?)^```$",
        RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();
}

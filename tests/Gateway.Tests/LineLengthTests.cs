using Gateway.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Gateway.Tests;

/// <summary>
/// Lines have up to 140 characters. One string may be longer than that, when it is raw, or when most of the line is that string:
/// a document, a pattern or a statement is worse to read when it is torn.
/// </summary>
public sealed class LineLengthTests
{
    private const int Longest = 140, LongString = 95;

    [Fact]
    public void Lines_have_up_to_140_characters()
        => Assert.Empty(SourceFiles.Read().SelectMany(file => TooLong(file.Text).Select(line => $"{file.Path}:{line}")));

    [Fact]
    public void The_rule_sees_code_and_comments_and_spares_strings()
    {
        string wide = new('a', 150);
        Assert.Equal([1], TooLong($"class A {{ int {wide}; }}"));
        Assert.Equal([2], TooLong($"class A\n{{ // {wide}\n}}"));
        Assert.Equal([2], TooLong($"class A\n{{ int {wide} = Of(\"short\"); }}"));
        Assert.Empty(TooLong($"class A\n{{ string B => \"{wide}\"; }}"));
        Assert.Empty(TooLong($"class A\n{{ string B => \"\"\"\n  {wide}\n  \"\"\"; }}"));
    }

    private static IEnumerable<int> TooLong(string code)
    {
        SourceText text = SourceText.From(code);
        if (!text.Lines.Any(line => line.Span.Length > Longest)) yield break;
        SyntaxNode root = CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot();
        TextSpan[] strings =
        [
            .. root.DescendantNodes()
                .Where(node => node is InterpolatedStringExpressionSyntax
                    or LiteralExpressionSyntax { RawKind: (int)SyntaxKind.StringLiteralExpression })
                .Select(node => node.Span),
        ];
        foreach (TextLine line in text.Lines)
            if (line.Span.Length > Longest && !strings.Any(one => one.Intersection(line.Span) is { Length: > LongString }))
                yield return line.LineNumber + 1;
    }
}

using Gateway.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Tests;

/// <summary>A type stands in a file of its name, so that a newcomer finds it without a search.</summary>
public sealed class TypesInFilesTests
{
    [Fact]
    public void A_type_stands_in_a_file_of_its_name()
        => Assert.Empty(SourceFiles.Read().SelectMany(file => Strangers(file.Path, file.Text).Select(name => $"{file.Path}: {name}")));

    [Theory]
    [InlineData("a/One.cs", "namespace A; class One { class Nested; } class Two;", "Two")]
    [InlineData("a/One.cs", "namespace A; enum Other { A }", "Other")]
    [InlineData("a/One.cs", "namespace A; class One; delegate void Heard();", "Heard")]
    [InlineData("a/One.Part.cs", "namespace A; partial class One; class One<T>; file class Helper;", null)]
    [InlineData("a/Program.cs", "return 0;", null)]
    public void The_rule_sees_every_kind_of_type(string path, string code, string? stranger)
        => Assert.Equal(stranger, Strangers(path, code).SingleOrDefault());

    // A type that only its file can see may stand beside the one that uses it.
    private static IEnumerable<string> Strangers(string path, string code)
    {
        string expected = Path.GetFileNameWithoutExtension(path).Split('.')[0];
        CompilationUnitSyntax unit = CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Preview))
            .GetCompilationUnitRoot();
        return unit.DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
            .OfType<MemberDeclarationSyntax>()
            .Where(member => !member.Modifiers.Any(SyntaxKind.FileKeyword))
            .Select(member => member switch
            {
                BaseTypeDeclarationSyntax type => type.Identifier.Text,
                DelegateDeclarationSyntax type => type.Identifier.Text,
                _ => null,
            })
            .OfType<string>()
            .Where(name => name != expected);
    }
}

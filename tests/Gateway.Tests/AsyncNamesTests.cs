using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Tests;

/// <summary>What can be awaited says so: a method that returns a task ends in Async. A test is called by its sentence.</summary>
public sealed class AsyncNamesTests
{
    private static readonly string[] Awaitable = ["Task", "ValueTask", "IAsyncEnumerable"];

    [Fact]
    public void A_method_that_returns_a_task_ends_in_async()
        => Assert.Empty(SourceFiles.Read().SelectMany(file => Misnamed(file.Text).Select(name => $"{file.Path}: {name}")));

    [Theory]
    [InlineData("class A { Task Read() => null; }", "Read")]
    [InlineData("class A { System.Threading.Tasks.ValueTask<int> Read() => default; }", "Read")]
    [InlineData("class A { void B() { async Task<int> Read() => 1; } }", "Read")]
    [InlineData("interface IA { IAsyncEnumerable<int> Read(); }", "Read")]
    [InlineData("class A { Task ReadAsync() => null; int Count() => 1; [Fact] public Task It_reads() => null; }", null)]
    public void The_rule_sees_methods_local_functions_and_interfaces(string code, string? misnamed)
        => Assert.Equal(misnamed, Misnamed(code).SingleOrDefault());

    private static IEnumerable<string> Misnamed(string code)
    {
        foreach (SyntaxNode node in CSharpSyntaxTree.ParseText(code, new CSharpParseOptions(LanguageVersion.Preview)).GetRoot()
            .DescendantNodes())
        {
            (TypeSyntax? returned, string name) = node switch
            {
                MethodDeclarationSyntax method when !IsTest(method) => (method.ReturnType, method.Identifier.Text),
                LocalFunctionStatementSyntax function => (function.ReturnType, function.Identifier.Text),
                _ => (null, ""),
            };
            if (returned is QualifiedNameSyntax qualified) returned = qualified.Right;
            if (returned is SimpleNameSyntax type && Awaitable.Contains(type.Identifier.Text)
                && !name.EndsWith("Async", StringComparison.Ordinal))
                yield return name;
        }
    }

    private static bool IsTest(MethodDeclarationSyntax method)
        => method.AttributeLists.SelectMany(list => list.Attributes)
            .Any(attribute => attribute.Name.ToString() is string name
                && (name.EndsWith("Fact", StringComparison.Ordinal) || name.EndsWith("Theory", StringComparison.Ordinal)));
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Tests;

/// <summary>
/// Which rooms of the gateway use which others, as the compiler sees it: every type that an expression has, every member
/// that a name means (extension methods, operators and constants included), every attribute, base type and type argument, and
/// every using directive. Comments do not count.
/// </summary>
internal sealed class RoomUses
{
    public const string Top = "GatewayHost";

    // What ImplicitUsings gives a web project.
    private const string GlobalUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Net.Http; global using System.Net.Http.Json; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http;
        global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection;
        global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        """;

    private readonly HashSet<RoomUse> _uses = [];

    private readonly HashSet<MethodUse> _methods = [];

    private readonly HashSet<(string File, string Namespace)> _namespaces = [];

    public IReadOnlyCollection<RoomUse> All => _uses;

    public IReadOnlyCollection<MethodUse> Methods => _methods;

    /// <summary>Every namespace from which a file uses a type, those of packages included.</summary>
    public IReadOnlyCollection<(string File, string Namespace)> Namespaces => _namespaces;

    public HashSet<string> Rooms { get; } = [];

    // Compiling takes seconds, and the sources do not change.
    private static readonly Lazy<RoomUses> Once = new(ReadSources);

    public static RoomUses Read() => Once.Value;

    private static RoomUses ReadSources()
    {
        string root = Path.Combine(Repository.Root, "src", "Gateway");
        CSharpParseOptions options = new(LanguageVersion.Preview);
        SyntaxTree[] trees =
        [
            .. Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/'))
                .Where(file => file.Split('/')[0] is not ("bin" or "obj"))
                .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(root, file)), options, file)),
        ];
        string assemblies = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Gateway.Sources", [.. trees, CSharpSyntaxTree.ParseText(GlobalUsings, options)],
            assemblies.Split(Path.PathSeparator).Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, allowUnsafe: true,
                nullableContextOptions: NullableContextOptions.Enable));
        RoomUses uses = new();
        foreach (SyntaxTree tree in trees) uses.Read(tree, compilation.GetSemanticModel(tree));
        return uses;
    }

    private void Read(SyntaxTree tree, SemanticModel model)
    {
        string[] folders = tree.FilePath.Split('/');
        string from = folders.Length > 1 ? folders[0] : Top;
        Rooms.Add(from);
        foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
        {
            if (node is UsingDirectiveSyntax { Name: { } name }) Add(name.ToString(), name.ToString());
            else if (node is ExpressionSyntax or ConstructorInitializerSyntax or AttributeSyntax or PatternSyntax)
            {
                SymbolInfo symbol = model.GetSymbolInfo(node);
                AddSymbol(symbol.Symbol);
                foreach (ISymbol candidate in symbol.CandidateSymbols) AddSymbol(candidate);   // what a source generator still lacks
                AddType(model.GetTypeInfo(node).Type);
            }
        }

        void AddSymbol(ISymbol? symbol)
        {
            if (symbol is ITypeSymbol type) AddType(type);
            else if (symbol is not (null or INamespaceSymbol)) AddType(symbol.ContainingType);
            if (symbol is IMethodSymbol { ContainingType: { } owner }) _methods.Add(new(tree.FilePath, owner.Name, symbol.Name));
        }

        void AddType(ITypeSymbol? type)
        {
            if (type is IArrayTypeSymbol array) AddType(array.ElementType);
            if (type is not INamedTypeSymbol named) return;
            Add(named.ContainingNamespace?.ToString(), named.Name);
            foreach (ITypeSymbol argument in named.TypeArguments) AddType(argument);
        }

        void Add(string? space, string type)
        {
            if (space is not null) _namespaces.Add((tree.FilePath, space));
            if (space is null || (space != "Gateway" && !space.StartsWith("Gateway.", StringComparison.Ordinal))) return;
            string to = space.Contains('.', StringComparison.Ordinal) ? space.Split('.')[1] : Top;
            if (to != from) _uses.Add(new(from, to, tree.FilePath, type));
        }
    }
}

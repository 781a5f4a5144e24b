namespace Gateway.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Path">Where: <c>Gateway:Cluster:Lease</c>.</param>
/// <param name="Message">What is wrong and how to cure it; never a secret.</param>
internal readonly record struct Problem(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

/// <summary>The configuration cannot be used; it holds every problem at once.</summary>
internal sealed class InvalidConfigurationException(string? file, IReadOnlyList<Problem> problems) : Exception(
    $"{file ?? "The configuration"} has {(problems.Count == 1 ? "an error" : $"{problems.Count} errors")}:{Environment.NewLine}"
    + string.Join(Environment.NewLine, problems.Select(problem => $"  {problem}")))
{
    public IReadOnlyList<Problem> Problems { get; } = problems;
}

namespace Gateway.Configuration;

/// <summary>The configuration cannot be used; it holds every problem at once.</summary>
internal sealed class InvalidConfigurationException(string? file, IReadOnlyList<Problem> problems) : Exception(
    $"{file ?? "The configuration"} has {(problems.Count == 1 ? "an error" : $"{problems.Count} errors")}:{Environment.NewLine}"
    + string.Join(Environment.NewLine, problems.Select(problem => $"  {problem}")))
{
    public IReadOnlyList<Problem> Problems { get; } = problems;
}

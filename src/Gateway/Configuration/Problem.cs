namespace Gateway.Configuration;

/// <summary>One thing that is wrong with a configuration.</summary>
/// <param name="Path">Where: <c>Gateway:Cluster:Lease</c>.</param>
/// <param name="Message">What is wrong and how to cure it; never a secret.</param>
internal readonly record struct Problem(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

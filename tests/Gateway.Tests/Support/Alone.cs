namespace Gateway.Tests.Support;

/// <summary>Tests in this collection run after all others, one by one: those that measure time, load the machine or
/// count on quick answers. Use it as <c>[Collection(Alone.Name)]</c>.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}

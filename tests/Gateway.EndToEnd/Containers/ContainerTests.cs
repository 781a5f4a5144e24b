namespace Gateway.EndToEnd.Containers;

/// <summary>The tests that need a container engine, one after another.</summary>
[CollectionDefinition(Name)]
public sealed class ContainerTests : ICollectionFixture<RedisImages>
{
    public const string Name = "Containers";
}

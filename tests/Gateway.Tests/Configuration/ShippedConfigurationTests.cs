using System.Reflection;
using Gateway.Configuration;
using Gateway.Tests.Support;
using Microsoft.AspNetCore.Builder;

namespace Gateway.Tests.Configuration;

public sealed class ShippedConfigurationTests
{
    private static readonly string Path = System.IO.Path.Combine(Repository.Root, "gateway.json");

    [Fact]
    public async Task The_shipped_file_loads_strictly()
    {
        await using WebApplication app = GatewayHost.Build([], configurationFile: Path);
    }

    [Fact]
    public void The_shipped_file_shows_every_key()
    {
        string text = File.ReadAllText(Path);
        IEnumerable<string> missing = Keys(typeof(GatewayOptions)).Where(key => !text.Contains($"\"{key.Split('.')[^1]}\"", StringComparison.Ordinal));

        Assert.Empty(missing);
    }

    private static IEnumerable<string> Keys(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).SelectMany(property =>
    {
        Type inner = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[^1] : property.PropertyType;
        IEnumerable<string> below = inner.Namespace == typeof(GatewayOptions).Namespace && inner.IsClass ? Keys(inner) : [];
        return below.Prepend($"{type.Name}.{property.Name}");
    });
}

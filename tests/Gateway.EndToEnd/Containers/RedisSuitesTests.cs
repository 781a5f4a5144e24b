using System.Reflection;
using Gateway.EndToEnd.Cluster;
using Gateway.EndToEnd.TwoFactor;
using Xunit.Sdk;

namespace Gateway.EndToEnd.Containers;

/// <summary>The suites of what is kept in Redis (log, sessions, second factors, audit), each test against each image.</summary>
[Collection(ContainerTests.Name)]
public sealed class RedisSuitesTests(RedisImages images)
{
    private static readonly Dictionary<(string Suite, string Test), (Type Type, MethodInfo Method, object[] Arguments)> Tests = new[]
        {
            typeof(RedisLogTests), typeof(RedisSessionStoreTests), typeof(RedisSecondFactorStoreTests), typeof(RedisAuditStoreTests),
        }
        .SelectMany(suite => suite.GetMethods().Where(test => test.GetCustomAttribute<FactAttribute>() is not null)
            .SelectMany(test => Arguments(test).Select(arguments => (suite, test, arguments))))
        .ToDictionary(one => (one.suite.Name,
            one.arguments.Length == 0 ? one.test.Name : $"{one.test.Name}: {string.Join(", ", one.arguments)}"));

    public static TheoryData<string, string, string> Cases()
    {
        TheoryData<string, string, string> cases = [];
        foreach (string image in RedisImages.Names)
            foreach ((string suite, string test) in Tests.Keys) cases.Add(image, suite, test);
        return cases;
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Holds_with_the_redis_of_an_image(string image, string suite, string test)
    {
        (Type type, MethodInfo method, object[] arguments) = Tests[(suite, test)];
        object instance = Activator.CreateInstance(type, new RedisFixture(await images.SharedAsync(image)))!;
        try
        {
            if (instance is IAsyncLifetime starting) await starting.InitializeAsync();
            await (Task)method.Invoke(instance, arguments)!;
        }
        finally
        {
            if (instance is IAsyncLifetime ending) await ending.DisposeAsync();
            if (instance is IAsyncDisposable disposable) await disposable.DisposeAsync();
        }
    }

    private static IEnumerable<object[]> Arguments(MethodInfo test)
        => test.GetCustomAttribute<TheoryAttribute>() is null
            ? [[]]
            : test.GetCustomAttributes<DataAttribute>().SelectMany(data => data.GetData(test));
}

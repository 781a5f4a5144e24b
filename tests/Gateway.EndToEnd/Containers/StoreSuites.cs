using System.Reflection;
using Gateway.EndToEnd.Cluster;
using Gateway.EndToEnd.TwoFactor;
using Xunit.Sdk;

namespace Gateway.EndToEnd.Containers;

/// <summary>The suites of what is kept in Redis (log, sessions, second factors, audit), to run against another server.</summary>
internal static class StoreSuites
{
    private static readonly Dictionary<(string Suite, string Test), (Type Type, MethodInfo Method, object[] Arguments)> Tests = new[]
        {
            typeof(RedisLogTests), typeof(RedisSessionStoreTests), typeof(RedisSecondFactorStoreTests), typeof(RedisAuditStoreTests),
        }
        .SelectMany(suite => suite.GetMethods().Where(test => test.GetCustomAttribute<FactAttribute>() is not null)
            .SelectMany(test => Arguments(test).Select(arguments => (suite, test, arguments))))
        .ToDictionary(one => (one.suite.Name,
            one.arguments.Length == 0 ? one.test.Name : $"{one.test.Name}: {string.Join(", ", one.arguments)}"));

    public static IEnumerable<(string Suite, string Test)> Names => Tests.Keys;

    public static async Task RunAsync(string suite, string test, RedisServer server)
    {
        (Type type, MethodInfo method, object[] arguments) = Tests[(suite, test)];
        object instance = Activator.CreateInstance(type, new RedisFixture(server))!;
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

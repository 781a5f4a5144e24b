namespace Gateway.EndToEnd.Containers;

/// <summary>The suites of what is kept in Redis (log, sessions, second factors, audit), each test against each image.</summary>
[Collection(ContainerTests.Name)]
public sealed class RedisSuitesTests(RedisImages images)
{
    public static TheoryData<string, string, string> Cases()
    {
        TheoryData<string, string, string> cases = [];
        foreach (string image in RedisImages.Names)
            foreach ((string suite, string test) in StoreSuites.Names) cases.Add(image, suite, test);
        return cases;
    }

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task Holds_with_the_redis_of_an_image(string image, string suite, string test)
        => await StoreSuites.RunAsync(suite, test, await images.SharedAsync(image));
}

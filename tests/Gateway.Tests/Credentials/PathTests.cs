using Gateway.Credentials;

namespace Gateway.Tests.Credentials;

public sealed class PathTests(ReadingHost host) : IClassFixture<ReadingHost>
{
    [Theory]
    [InlineData("/ignore/../Admin/x"), InlineData("/ignore/..;/Admin/x"), InlineData("/ignore/..;a=b/Admin/x"),
        InlineData("/ignore/..%5cAdmin/x"), InlineData("/ignore/..%2fAdmin/x"), InlineData("/ignore/%2e%2e/Admin/x")]
    [InlineData("/ignore/%252e%252e/Admin/x"), InlineData("/ignore/..%252fAdmin/x"), InlineData("/ignore/..%255cAdmin/x"),
        InlineData("/ignore/%2e%2e%2fAdmin/x"), InlineData("/ignore/..\\Admin/x"), InlineData("/ignore/%5c../..;x/Admin/x")]
    [InlineData("//Admin/x"), InlineData("/%2fAdmin/x"), InlineData("/;x/Admin/y"), InlineData("/./Admin/x"), InlineData("/Admi%256e/x"),
        InlineData("/Admin%2fx"), InlineData("/Admin;x/y"), InlineData("/\\Admin/x"), InlineData("/%5cAdmin/x")]
    [InlineData("/admin/x"), InlineData("/ADMIN/x")]
    [InlineData("/Admin./x"), InlineData("/Admin%20/x"), InlineData("/Admin.%20./x"), InlineData("/Admin%2e/x"),
        InlineData("/ignore/..%20/Admin/x"), InlineData("/ignore/..%2520/Admin/x")]
    [InlineData("http://app.example/ignore/..;/Admin/x")]
    public async Task Rule_14_a_path_that_could_lead_elsewhere_is_under_the_strictest_policy(string target)
    {
        Outcome anonymous = await host.SendAsync(target);
        Assert.True(anonymous.Status == 401, $"{target}: {anonymous.Answer}");
        Assert.False(anonymous.IsForwarded);
        Outcome revoked = await host.SendAsync(target, "Authorization: Bearer " + host.Revoked);
        Assert.True(revoked.Status == 401, $"{target}: {revoked.Answer}");
        Assert.Equal(200, (await host.SendAsync(target, "Authorization: Bearer " + host.Good)).Status);
    }

    [Theory]
    [InlineData("/Ignore/x"), InlineData("/ignorE/x")]
    public async Task Rule_14_another_case_of_a_route_without_a_policy_is_under_the_catch_alls(string target)
    {
        Assert.Equal(401, (await host.SendAsync(target, "Authorization: Bearer " + host.Revoked)).Status);
        Assert.Equal(200, (await host.SendAsync(target)).Status);
    }

    [Theory]
    [InlineData("/main-only/..;/keys-only/x"), InlineData("/main-only/..%2fkeys-only/x")]
    public async Task Rule_14_a_path_of_two_routes_with_different_realms_is_400(string target)
        => Assert.Equal(400, (await host.SendAsync(target, "Authorization: Bearer " + host.Good)).Status);

    [Theory]
    [InlineData("/x%zz"), InlineData("/x%"), InlineData("/x%c0%af"), InlineData("/x%0a"), InlineData("/x%250a"), InlineData("/x%u002f")]
    public async Task Rule_14_a_broken_path_is_400(string target)
    {
        Outcome outcome = await host.SendAsync(target, "Authorization: Bearer " + host.Good);
        Assert.True(outcome.Status == 400, $"{target}: {outcome.Answer}");
        Assert.False(outcome.IsForwarded);
    }

    [Theory]
    [InlineData("/"), InlineData("/a/b.c"), InlineData("/a%20b"), InlineData("/files/a%2Fb"), InlineData("/a//b"), InlineData("/a;v=1/b"),
        InlineData("/caf%C3%A9"), InlineData("/100%25"), InlineData("/a/./b"), InlineData("/.well-known/x"), InlineData("/files/a."),
        InlineData("/files/a./b%20")]
    [InlineData("/Admin/x"), InlineData("/Admin/a%2Fb"), InlineData("/ignore/a..b"), InlineData("/ignore/a%20b"),
        InlineData("http://app.example/Admin/x")]
    public async Task Rule_14_a_path_that_leads_to_one_route_only_passes(string target)
        => Assert.Equal(200, (await host.SendAsync(target, "Authorization: Bearer " + host.Good)).Status);

    [Theory]
    [InlineData("/files/a%2Fb?x=%2F&y=z"), InlineData("/a%2Fb%2Ec"), InlineData("/a//b"), InlineData("/a;v=1/b;w"), InlineData("/100%25"),
        InlineData("/a%3Bb"), InlineData("/a%2Bb+c"), InlineData("/a%252Fb"), InlineData("/%7Euser/~x"), InlineData("/a|b"),
        InlineData("/x?a=%zz&b=%5f|^`"), InlineData("/files/a%2fb"), InlineData("/caf%C3%A9/a%2Fb"), InlineData("/a%20b%2Fc?"),
        InlineData("/a/b"), InlineData("/caf%C3%A9?q=1")]
    public async Task Rule_14_the_backend_gets_the_path_that_was_read(string target)
    {
        Outcome outcome = await host.SendAsync(target);
        Assert.Equal(target.TrimEnd('?'), outcome.Forwarded!.Target.TrimEnd('?'));
    }

    [Theory]
    [InlineData("/a/./b", "/a/b"), InlineData("/a/%2E/b%2Fc", "/a/b%2Fc"), InlineData("/x/../a%2Fb", "/a%2Fb"),
        InlineData("/a%2Fb/..", "/"), InlineData("/x/a/../", "/x/")]
    public async Task Rule_14_dot_segments_alone_go_on_as_they_were_matched(string target, string forwarded)
        => Assert.Equal(forwarded, (await host.SendAsync(target)).Forwarded!.Target);

    [Theory]
    [InlineData("/removed/a%2Fb;c//d", "/a%2Fb;c//d"), InlineData("/prefixed/a%2Fb", "/in%20front/prefixed/a%2Fb"),
        InlineData("/patterned/x%2Fy/%25z", "/new/x%2Fy/%25z"), InlineData("/removed/", "/")]
    public async Task Rule_14_what_a_transform_leaves_of_a_path_goes_on_as_it_came(string target, string forwarded)
        => Assert.Equal(forwarded, (await host.SendAsync(target)).Forwarded!.Target);

    [Theory]
    [InlineData("/a/b"), InlineData("/"), InlineData("/a.b/c-d_e~f"), InlineData("/a/b/"), InlineData("/a:b@c")]
    public void Plain_paths_need_no_second_look(string path) => Assert.True(PathReadings.IsPlain(path));

    [Theory]
    [InlineData("/a/..%252f..%5cb;x/c", "/b/c"), InlineData("/a/..;x/b", "/b"), InlineData("/%2e%2e/b", "/b"),
        InlineData("/a%2525b", "/a%b"), InlineData("/a/%2e%2e%5c%2e%2e/b", "/b")]
    [InlineData("/a%253fb", "/a"), InlineData("/..;/..;/x//y", "/x/y")]
    public void Finds_the_reading_of_a_lenient_server(string path, string reading) => Assert.Contains(reading, PathReadings.Of(path)!);

    [Fact]
    public void Reads_any_path_in_bounded_time()
    {
        Random random = new(14);
        string[] pieces = ["/", "..", ".", "%2e", "%252e", "%2f", "%252f", "\\", "%5c", "%255c", ";", ";a", "//", "a", "%25", "?", "%3f",
            "%e2%82%ac", "%80"];
        for (int round = 0; round < 2000; round++)
        {
            string path = "/" + string.Concat(Enumerable.Range(0, random.Next(1, 60)).Select(_ => pieces[random.Next(pieces.Length)]));
            IReadOnlyCollection<string>? readings = PathReadings.Of(path);
            Assert.True(readings is null || readings.Count is > 0 and <= 256);
        }
    }
}

using Gateway.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Tests.Http;

public sealed class RecentRefusalsTests
{
    private readonly RecentRefusals _recent = new(TimeProvider.System);

    [Fact]
    public void The_newest_come_first_and_a_flood_overwrites_the_oldest()
    {
        for (int i = 0; i < RecentRefusals.Capacity + 10; i++) _recent.Add(Asking($"/{i}"), "app", Refusal.Missing());
        IReadOnlyList<RecentRefusal> all = _recent.Newest(1000);
        Assert.Equal(RecentRefusals.Capacity, all.Count);
        Assert.Equal(($"/{RecentRefusals.Capacity + 9}", "/10"), (all[0].Path, all[^1].Path));
        Assert.Single(_recent.Newest(1));
    }

    [Theory]
    [InlineData("/a?access_token=secret", "/a")]
    [InlineData("/%2e%2e/b", "/%2e%2e/b")]
    [InlineData("?x=secret", "")]
    public void A_path_is_kept_as_it_came_and_no_query(string target, string path)
    {
        _recent.Add(Asking(target), "app", Refusal.Missing());
        Assert.Equal(path, _recent.Newest(1)[0].Path);
    }

    [Fact]
    public void A_long_path_is_cut_before_its_query()
    {
        _recent.Add(Asking("/" + new string('x', 5000) + "?x=secret"), "app", Refusal.Missing());
        Assert.Equal(201, _recent.Newest(1)[0].Path.Length);
    }

    private static DefaultHttpContext Asking(string target)
    {
        DefaultHttpContext context = new();
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = target;
        return context;
    }
}

using Gateway.Revocation;
using Gateway.Store;
using Gateway.Store.Redis;

namespace Gateway.Tests.Cluster;

/// <summary>What a bell brings is taken only when every word of it is understood.</summary>
public sealed class RungTests
{
    private static readonly Fact.Revocation One = new()
    {
        Id = Guid.CreateVersion7(), At = DateTimeOffset.FromUnixTimeMilliseconds(1_000), Expires = DateTimeOffset.FromUnixTimeMilliseconds(9_000), Actor = "a b\nc", Target = new Target.Session("main", "s 1"),
    };

    private static string Line(Fact fact) => "1000 9000 " + System.Text.Encoding.UTF8.GetString(FactEncoding.Encode(fact));

    private static LogPage? Rung(string? message) => LogAnswers.Rung(message, _ => false);

    [Fact]
    public void Facts_come_in_their_places()
    {
        Fact.Revocation two = One with { Id = Guid.CreateVersion7() };
        LogPage page = Rung($"R 7\n{Line(One)}\n{Line(two)}")!;
        Assert.Equal([new LogEntry(new("R", 8), One), new LogEntry(new("R", 9), two)], page.Entries);
        Assert.Equal((new LogPosition("R", 9), true), (page.Next, page.End));
    }

    [Fact]
    public void What_is_known_is_not_looked_at()
        => Assert.Empty(LogAnswers.Rung("R 7\nanything", position => position == new LogPosition("R", 8))!.Entries);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("R 7")]
    [InlineData("R\nx")]
    [InlineData("R -7\n{0}")]
    [InlineData("R 7 8\n{0}")]
    [InlineData("R 7\n")]
    [InlineData("R 7\n{0}\n")]
    [InlineData("R 7\n\n{0}")]
    [InlineData("R 7\n1000 {0}")]
    [InlineData("R 7\nx 9000 {{}}")]
    [InlineData("R 7\n1000 9000 {{\"v\":2}}")]
    [InlineData("R 7\n99999999999999999999 9000 {{}}")]
    public void Anything_else_is_a_ring_and_no_more(string? message)
        => Assert.Null(Rung(message is null ? null : string.Format(message, Line(One))));
}

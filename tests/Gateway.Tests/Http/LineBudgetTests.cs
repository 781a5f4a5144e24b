using Gateway.Http;

namespace Gateway.Tests.Http;

public sealed class LineBudgetTests
{
    [Fact]
    public void What_is_held_back_is_told_with_the_next_line()
    {
        ManualTime time = new();
        LineBudget budget = new(time, 10, TimeSpan.FromSeconds(10));
        for (int i = 0; i < 10; i++) Assert.True(budget.TryTake("app", "expired", out _));
        for (int i = 0; i < 3; i++) Assert.False(budget.TryTake("app", "expired", out _));
        Assert.True(budget.TryTake("app", "missing", out _));
        Assert.True(budget.TryTake("other", "expired", out _));

        time.Advance(TimeSpan.FromSeconds(10));

        Assert.True(budget.TryTake("app", "expired", out long heldBack));
        Assert.Equal(3, heldBack);
        Assert.True(budget.TryTake("app", "expired", out heldBack));
        Assert.Equal(0, heldBack);
    }
}

using Gateway.Logout;

namespace Gateway.Tests.Logout;

public sealed class BucketTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void So_many_may_be_taken_at_once_and_they_come_back_evenly()
    {
        Bucket bucket = new(60, TimeSpan.FromHours(1), _time);
        for (int n = 0; n < 60; n++) Assert.True(bucket.TryTake(1, keep: 0, out _));
        Assert.False(bucket.TryTake(1, keep: 0, out TimeSpan again));
        Assert.Equal(TimeSpan.FromMinutes(1), again);

        // Who waits as long as he was told gets it, and one only.
        for (int n = 0; n < 100; n++)
        {
            _time.Advance(again);
            Assert.True(bucket.TryTake(1, keep: 0, out _));
            Assert.False(bucket.TryTake(1, keep: 0, out _));
        }
        _time.Advance(TimeSpan.FromDays(1));
        Assert.True(bucket.IsFull);
        for (int n = 0; n < 60; n++) Assert.True(bucket.TryTake(1, keep: 0, out _));
        Assert.False(bucket.TryTake(1, keep: 0, out _));
    }

    [Fact]
    public void What_is_to_be_kept_stays_for_who_keeps_less()
    {
        Bucket bucket = new(10, TimeSpan.FromMinutes(10), _time);
        for (int n = 0; n < 5; n++) Assert.True(bucket.TryTake(1, keep: 5, out _));
        Assert.False(bucket.TryTake(1, keep: 5, out TimeSpan again));
        Assert.Equal(TimeSpan.FromMinutes(1), again);
        for (int n = 0; n < 5; n++) Assert.True(bucket.TryTake(1, keep: 0, out _));
        Assert.False(bucket.TryTake(1, keep: 0, out _));
    }

    [Fact]
    public void What_is_given_back_can_be_taken_and_what_is_taken_in_any_case_leaves_no_debt()
    {
        Bucket bucket = new(2, TimeSpan.FromMinutes(2), _time);
        bucket.Take(100);
        Assert.False(bucket.TryTake(1, keep: 0, out _));
        bucket.Give(1);
        Assert.True(bucket.TryTake(1, keep: 0, out _));
        bucket.Give(100);
        Assert.True(bucket.IsFull);
        Assert.True(bucket.TryTake(3, keep: 0, out _));   // more than there ever is costs all of it
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.True(bucket.TryTake(1, keep: 0, out _));
        Assert.False(bucket.TryTake(1, keep: 0, out _));
    }
}

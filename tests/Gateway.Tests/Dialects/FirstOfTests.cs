using Gateway.Dialects;

namespace Gateway.Tests.Dialects;

public sealed class FirstOfTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1500)]
    [InlineData(4999)]
    [InlineData(5000)]
    [InlineData(int.MaxValue + 1000L)]
    public void The_first_so_many_in_order_and_the_number_of_all(long count)
    {
        const int all = 5000;
        int[] items = [.. Enumerable.Range(0, all)];
        int[][] orders = [[.. items], [.. items.Reverse()], [.. items.OrderBy(item => item * 7919L % 5003)]];
        foreach (int[] added in orders)
        {
            FirstOf<int> first = new((a, b) => a.CompareTo(b), count);
            foreach (int item in added) first.Add(item);
            Assert.Equal(all, first.Total);
            Assert.Equal(items.Take((int)Math.Min(count, all)), first.Items());
        }
    }

    [Fact]
    public void What_cannot_be_among_them_is_not_held()
    {
        FirstOf<byte[]> first = new((a, b) => a[0].CompareTo(b[0]), 1);
        List<WeakReference> held = Fill(first);
        GC.Collect();
        Assert.InRange(held.Count(item => item.IsAlive), 1, 1100);
        GC.KeepAlive(first);

        static List<WeakReference> Fill(FirstOf<byte[]> first)
        {
            List<WeakReference> all = [];
            for (int i = 0; i < 50_000; i++)
            {
                byte[] item = [(byte)i];
                all.Add(new(item));
                first.Add(item);
            }
            return all;
        }
    }
}

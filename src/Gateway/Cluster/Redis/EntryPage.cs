using Gateway.Revocation;
using StackExchange.Redis;

namespace Gateway.Cluster.Redis;

/// <summary>A page of the stream, up to an entry that this version does not know.</summary>
/// <param name="Entries">Number and fact of each.</param>
/// <param name="Count">How many Redis gave.</param>
internal sealed record EntryPage(List<(long Number, Fact Fact)> Entries, int Count)
{
    /// <summary>Gives number and value of each entry take turns; the value of one in another form is empty.</summary>
    /// <exception cref="UnknownFactException">The very first is one (rule R9).</exception>
    public static EntryPage Read(RedisValue[] flat) => Read(flat.Length / 2, i => ((long)flat[2 * i], flat[2 * i + 1]));

    /// <summary>Gives a plain range of the stream.</summary>
    /// <exception cref="UnknownFactException">The very first is one (rule R9).</exception>
    public static EntryPage Read(StreamEntry[] range)
        => Read(range.Length, i => (NumberOf(range[i]),
            range[i].Values is [var only] && only.Name == EntryForm.Field ? only.Value : RedisValue.EmptyString));

    private static EntryPage Read(int count, Func<int, (long Number, RedisValue Value)> entry)
    {
        List<(long, Fact)> entries = new(count);
        for (int i = 0; i < count; i++)
        {
            (long number, RedisValue value) = entry(i);
            try { entries.Add((number, EntryForm.Read(((ReadOnlyMemory<byte>)value).Span))); }
            catch (UnknownFactException) when (entries.Count > 0) { break; }
        }
        return new(entries, count);
    }

    /// <summary>Gives the first part of an entry's id.</summary>
    public static long NumberOf(StreamEntry entry)
    {
        string id = entry.Id!;
        return long.Parse(id.AsSpan(0, id.IndexOf('-')), System.Globalization.CultureInfo.InvariantCulture);
    }
}

using System.Runtime.CompilerServices;

namespace Gateway.Credentials;

/// <summary>The copies of one request. The first of them stand on the stack: an ordinary request allocates nothing.</summary>
internal struct CopyList
{
    /// <summary>So many at one location are no accident.</summary>
    public const int MostAtOneLocation = 4;

    private Buffer _first;
    private List<Copy>? _more;

    public int Count { get; private set; }

    /// <summary>The location at which there are too many; null when there is none.</summary>
    public NamedLocation? Crowded { get; private set; }

    public readonly Copy this[int at] => at < Buffer.Length ? _first[at] : _more![at - Buffer.Length];

    public void Add(Copy copy)
    {
        int same = 1;
        for (int at = 0; at < Count; at++)
            if (this[at].Location == copy.Location) same++;
        if (same > MostAtOneLocation)
        {
            Crowded ??= copy.Location;
            return;
        }
        if (Count < Buffer.Length) _first[Count] = copy;
        else (_more ??= []).Add(copy);
        Count++;
    }

    [InlineArray(Length)]
    private struct Buffer
    {
        public const int Length = 4;
        private Copy _one;
    }
}

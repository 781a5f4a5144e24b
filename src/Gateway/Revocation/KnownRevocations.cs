namespace Gateway.Revocation;

/// <summary>The revocations themselves, by number: in pieces that never move, so that growing copies nothing and readers need no lock. What
/// is freed is given away again.</summary>
internal sealed class KnownRevocations
{
    private const int PieceBits = 10, PieceSize = 1 << PieceBits;

    private KnownRevocation[][] _pieces = new KnownRevocation[4][];
    private int _end;
    private int _firstFree = -1;

    /// <summary>All numbers are below.</summary>
    public int End => _end;

    public ref KnownRevocation this[int number] => ref Volatile.Read(ref _pieces)[number >> PieceBits][number & (PieceSize - 1)];

    public int Add(in KnownRevocation revocation)
    {
        int number = _firstFree;
        if (number >= 0) _firstFree = (int)this[number].Value;
        else
        {
            number = _end;
            if (number >> PieceBits == _pieces.Length)
            {
                KnownRevocation[][] more = new KnownRevocation[_pieces.Length * 2][];
                _pieces.CopyTo(more, 0);
                Volatile.Write(ref _pieces, more);
            }
            _pieces[number >> PieceBits] ??= new KnownRevocation[PieceSize];
            _end++;
        }
        this[number] = revocation;
        return number;
    }

    public void Free(int number)
    {
        this[number].Clear((uint)_firstFree);
        _firstFree = number;
    }
}

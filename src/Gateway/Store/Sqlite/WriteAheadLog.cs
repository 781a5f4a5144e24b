using System.Buffers.Binary;

namespace Gateway.Store.Sqlite;

/// <summary>
/// Looks for damage in the write-ahead log beside a store file. SQLite itself takes the first frame that does not match its
/// sum for the end of the log and drops what follows without a word: right after a crash in the middle of a write, wrong
/// where something was written after it. Format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log.
/// </summary>
internal static class WriteAheadLog
{
    private const int HeaderSize = 32, FrameHeaderSize = 24;

    /// <summary>Tells what is wrong with it; null when nothing is.</summary>
    public static string? Damage(string path)
    {
        if (!File.Exists(path)) return null;
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1 << 16);
        if (file.Length <= HeaderSize) return null;
        byte[] header = new byte[HeaderSize];
        file.ReadExactly(header);
        (uint S0, uint S1) sum = default;
        bool bigEndian = (Word(header, 0) & 1) == 1;
        if ((Word(header, 0) & ~1u) != 0x377f0682
            || (sum = Sum(sum, header.AsSpan(0, 24), bigEndian)) != (Word(header, 24), Word(header, 28)))
            return "the header of its write-ahead log does not match its sum";

        byte[] frame = new byte[FrameHeaderSize + Word(header, 8)];
        bool broken = false, committedAfter = false;
        for (long number = 1; file.ReadAtLeast(frame, frame.Length, throwOnEndOfStream: false) == frame.Length; number++)
        {
            // Frames of an earlier round of the log have other salts.
            bool ofThisRound = frame.AsSpan(8, 8).SequenceEqual(header.AsSpan(16, 8));
            if (!broken)
            {
                sum = Sum(Sum(sum, frame.AsSpan(0, 8), bigEndian), frame.AsSpan(FrameHeaderSize), bigEndian);
                broken = !ofThisRound || sum != (Word(frame, 16), Word(frame, 20));
                if (!broken) continue;
            }
            if (!ofThisRound) continue;
            // A commit is on the disk before the next transaction writes its first frame: what lies before was whole once.
            if (committedAfter) return $"its write-ahead log is broken before frame {number}, though more was written later";
            committedAfter = Word(frame, 4) != 0;
        }
        return null;
    }

    private static (uint, uint) Sum((uint S0, uint S1) sum, ReadOnlySpan<byte> bytes, bool bigEndian)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            sum.S0 += (bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes)) + sum.S1;
            sum.S1 += (bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]) : BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]))
                + sum.S0;
        }
        return sum;
    }

    private static uint Word(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(at));
}

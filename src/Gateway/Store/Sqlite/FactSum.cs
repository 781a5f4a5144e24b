using System.Buffers.Binary;
using System.Numerics;
using Microsoft.Data.Sqlite;

namespace Gateway.Store.Sqlite;

/// <summary>
/// The sum that stands beside each fact in the file, so that a damaged one is not taken for another: CRC-32C (RFC 3720 section 12.1).
/// </summary>
internal static class FactSum
{
    /// <summary>Compares every fact with its sum.</summary>
    /// <exception cref="StoreFileException">One differs.</exception>
    public static void Verify(SqliteConnection connection, string path)
    {
        using SqliteSession session = new(connection);
        session.Scan("SELECT id, expires, body, sum, seq FROM facts", row =>
        {
            if (!row.IsBlob(0) || !row.IsInteger(1) || !row.IsBlob(2) || !row.IsInteger(3)
                || Of(row.Blob(0), row.Integer(1), row.Blob(2)) != row.Integer(3))
                throw StoreFile.Damaged(path,
                    $"entry {row.Integer(4)} of the revocation log does not match its sum");
        });
    }

    public static long Of(ReadOnlySpan<byte> id, long expires, ReadOnlySpan<byte> body)
    {
        return ~Add(Add(BitOperations.Crc32C(uint.MaxValue, (ulong)expires), id), body) & 0xFFFF_FFFFL;

        static uint Add(uint sum, ReadOnlySpan<byte> part)
        {
            for (; part.Length >= 8; part = part[8..]) sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(part));
            foreach (byte last in part) sum = BitOperations.Crc32C(sum, last);
            return sum;
        }
    }
}

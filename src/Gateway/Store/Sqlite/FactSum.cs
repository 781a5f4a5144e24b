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
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT id, expires, body, sum, seq FROM facts";
        using SqliteDataReader reader = command.ExecuteReader();
        while (reader.Read())
        {
            if (reader.GetValue(0) is not byte[] id || reader.GetValue(1) is not long expires || reader.GetValue(2) is not byte[] body
                || reader.GetValue(3) is not long sum || Of(id, expires, body) != sum)
                throw StoreFile.Damaged(path, $"entry {reader.GetInt64(4)} of the revocation log does not match its sum");
        }
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

using System.Buffers.Binary;
using System.Numerics;

namespace Gateway.Revocation;

/// <summary>SipHash-2-4 with 128 bits (Aumasson and Bernstein, "SipHash: a fast short-input PRF", and its reference code): who does not
/// know the key cannot foresee a bit of it, nor find two texts with the same one.</summary>
internal static class SipHash
{
    public static (ulong High, ulong Low) Of(ulong key0, ulong key1, ReadOnlySpan<byte> text)
    {
        ulong v0 = key0 ^ 0x736f6d6570736575, v1 = key1 ^ 0x646f72616e646f6d ^ 0xee,
            v2 = key0 ^ 0x6c7967656e657261, v3 = key1 ^ 0x7465646279746573;
        ulong last = (ulong)text.Length << 56;
        for (; text.Length >= 8; text = text[8..]) Take(BinaryPrimitives.ReadUInt64LittleEndian(text));
        for (int at = 0; at < text.Length; at++) last |= (ulong)text[at] << 8 * at;
        Take(last);
        v2 ^= 0xee;
        Mix(4);
        ulong high = v0 ^ v1 ^ v2 ^ v3;
        v1 ^= 0xdd;
        Mix(4);
        return (high, v0 ^ v1 ^ v2 ^ v3);

        void Take(ulong word)
        {
            v3 ^= word;
            Mix(2);
            v0 ^= word;
        }

        void Mix(int rounds)
        {
            for (; rounds > 0; rounds--)
            {
                v0 += v1;
                v2 += v3;
                v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
                v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
                v0 = BitOperations.RotateLeft(v0, 32);
                v2 += v1;
                v0 += v3;
                v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
                v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
                v2 = BitOperations.RotateLeft(v2, 32);
            }
        }
    }
}

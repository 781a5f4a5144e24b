using System.Buffers.Binary;
using Gateway.Revocation;

namespace Gateway.Tests.Revocation;

public sealed class SipHashTests
{
    // The first vectors of the reference code (vectors_sip128): key 00 01 .. 0f, text 00 01 .. of each length.
    [Theory]
    [InlineData(0, "a3817f04ba25a8e66df67214c7550293")]
    [InlineData(1, "da87c1d86b99af44347659119b22fc45")]
    [InlineData(2, "8177228da4a45dc7fca38bdef60affe4")]
    public void It_gives_what_the_reference_gives(int length, string expected)
    {
        byte[] key = [.. Enumerable.Range(0, 16).Select(n => (byte)n)], digest = new byte[16];
        (ulong high, ulong low) = SipHash.Of(BinaryPrimitives.ReadUInt64LittleEndian(key),
            BinaryPrimitives.ReadUInt64LittleEndian(key.AsSpan(8)), key.AsSpan(0, length));
        BinaryPrimitives.WriteUInt64LittleEndian(digest, high);
        BinaryPrimitives.WriteUInt64LittleEndian(digest.AsSpan(8), low);
        Assert.Equal(expected, Convert.ToHexStringLower(digest));
    }

    [Fact]
    public void Each_byte_of_a_text_counts()
    {
        byte[] text = new byte[64];
        HashSet<(ulong, ulong)> seen = [];
        for (int length = 0; length <= text.Length; length++)
        {
            Assert.True(seen.Add(SipHash.Of(1, 2, text.AsSpan(0, length))));
            for (int at = 0; at < length; at++)
            {
                text[at] = 1;
                Assert.True(seen.Add(SipHash.Of(1, 2, text.AsSpan(0, length))));
                text[at] = 0;
            }
        }
    }
}

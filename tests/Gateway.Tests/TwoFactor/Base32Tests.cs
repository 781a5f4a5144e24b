using System.Text;
using Gateway.TwoFactor;

namespace Gateway.Tests.TwoFactor;

public sealed class Base32Tests
{
    // RFC 4648 section 10.
    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY======")]
    [InlineData("fo", "MZXQ====")]
    [InlineData("foo", "MZXW6===")]
    [InlineData("foob", "MZXW6YQ=")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI======")]
    public void Every_vector_of_RFC_4648(string plain, string encoded)
    {
        Assert.Equal(encoded.TrimEnd('='), Base32.Encode(Encoding.ASCII.GetBytes(plain)));
        foreach (string form in (string[])[encoded, encoded.TrimEnd('='), encoded.ToLowerInvariant()])
        {
            Assert.True(Base32.TryDecode(form, out byte[] bytes));
            Assert.Equal(plain, Encoding.ASCII.GetString(bytes));
        }
    }

    [Theory]
    [InlineData("A")]
    [InlineData("ABC")]
    [InlineData("ABCDEF")]
    [InlineData("M1")]
    [InlineData("MZ")]       // last bits that are not zero
    [InlineData("MY=")]      // padding of the wrong length
    [InlineData("ı2345672")] // a letter that other cultures fold into an I
    public void What_is_no_base32_is_refused(string text) => Assert.False(Base32.TryDecode(text, out _));

    [Fact]
    public void Any_bytes_come_back()
    {
        Random random = new(20261);
        for (int i = 0; i < 2000; i++)
        {
            byte[] bytes = new byte[random.Next(0, 70)];
            random.NextBytes(bytes);
            Assert.True(Base32.TryDecode(Base32.Encode(bytes), out byte[] back));
            Assert.Equal(bytes, back);
        }
    }
}

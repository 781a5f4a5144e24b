using System.Security.Cryptography;
using System.Text;
using Gateway.TwoFactor;

namespace Gateway.Tests.TwoFactor;

public sealed class TotpTests
{
    private static readonly byte[] Seed = Encoding.ASCII.GetBytes("12345678901234567890");

    private static byte[] Repeated(int length) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("1234567890", 7))[..length]);

    // RFC 6238 appendix B, with the seed lengths of its erratum 2866: the length of each hash.
    [Theory]
    [InlineData(59, "94287082", "SHA1", 20)]
    [InlineData(59, "46119246", "SHA256", 32)]
    [InlineData(59, "90693936", "SHA512", 64)]
    [InlineData(1111111109, "07081804", "SHA1", 20)]
    [InlineData(1111111109, "68084774", "SHA256", 32)]
    [InlineData(1111111109, "25091201", "SHA512", 64)]
    [InlineData(1111111111, "14050471", "SHA1", 20)]
    [InlineData(1111111111, "67062674", "SHA256", 32)]
    [InlineData(1111111111, "99943326", "SHA512", 64)]
    [InlineData(1234567890, "89005924", "SHA1", 20)]
    [InlineData(1234567890, "91819424", "SHA256", 32)]
    [InlineData(1234567890, "93441116", "SHA512", 64)]
    [InlineData(2000000000, "69279037", "SHA1", 20)]
    [InlineData(2000000000, "90698825", "SHA256", 32)]
    [InlineData(2000000000, "38618901", "SHA512", 64)]
    [InlineData(20000000000, "65353130", "SHA1", 20)]
    [InlineData(20000000000, "77737706", "SHA256", 32)]
    [InlineData(20000000000, "47863826", "SHA512", 64)]
    public void Every_vector_of_RFC_6238(long second, string code, string algorithm, int seedLength) =>
        Assert.Equal(code, Totp.Code(Repeated(seedLength), Totp.StepAt(DateTimeOffset.FromUnixTimeSeconds(second)), 8, new HashAlgorithmName(algorithm)));

    // RFC 4226 appendix D.
    [Fact]
    public void Every_vector_of_RFC_4226()
    {
        string[] codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (int counter = 0; counter < codes.Length; counter++) Assert.Equal(codes[counter], Totp.Code(Seed, counter));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, false)]
    [InlineData(1, 1, true)]
    [InlineData(1, -1, true)]
    [InlineData(1, 2, false)]
    [InlineData(1, -2, false)]
    [InlineData(3, -3, true)]
    public void A_code_counts_within_the_window_and_not_outside(int window, int offBy, bool counts)
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        string code = Totp.Code(Seed, Totp.StepAt(now) + offBy);
        Assert.Equal(counts ? Totp.StepAt(now) + offBy : null, Totp.Verify(Seed, code, now, window, lastUsed: 0));
    }

    [Fact]
    public void A_code_counts_once_and_so_does_no_older_one()
    {
        DateTimeOffset now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        long step = Totp.StepAt(now);
        Assert.Null(Totp.Verify(Seed, Totp.Code(Seed, step), now, 1, lastUsed: step));
        Assert.Null(Totp.Verify(Seed, Totp.Code(Seed, step - 1), now, 1, lastUsed: step));
        Assert.Equal(step + 1, Totp.Verify(Seed, Totp.Code(Seed, step + 1), now, 1, lastUsed: step));
    }

    [Theory]
    [InlineData("")]
    [InlineData("12345")]
    [InlineData("1234567")]
    [InlineData("１２３４５６")]
    [InlineData("12345\u00e9")]
    [InlineData("\ud800\udc00\ud800\udc00\ud800\udc00")]
    public void What_is_not_six_digits_is_no_code(string code) =>
        Assert.Null(Totp.Verify(Seed, code, DateTimeOffset.FromUnixTimeSeconds(59), 1, 0));

    [Fact]
    public void The_uri_survives_awkward_names()
    {
        string uri = Totp.Uri("My Gate: way", "a&b@example.org/ü", Seed);
        Assert.Equal("otpauth://totp/My%20Gate%3A%20way:a%26b%40example.org%2F%C3%BC?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=My%20Gate%3A%20way&algorithm=SHA1&digits=6&period=30", uri);
    }
}

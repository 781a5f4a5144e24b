using System.Text;
using Gateway.TwoFactor;

namespace Gateway.Tests.TwoFactor;

public sealed class AuthenticatorTests
{
    private static readonly byte[] Seed = Encoding.ASCII.GetBytes("12345678901234567890");
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
    private static readonly long Step = 1_700_000_000 / 30;

    private static string Code(int later) => new AuthenticatorApp(Seed).Code(Now, later);

    // RFC 6238 appendix B, the last six of its eight digits: both are taken from the same number.
    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Every_vector_of_RFC_6238(long second, string code) =>
        Assert.Equal(second / 30, Authenticator.Match(Seed, code, DateTimeOffset.FromUnixTimeSeconds(second), window: 0, lastUsed: 0));

    // RFC 4226 appendix D, whose counter is the step.
    [Fact]
    public void Every_vector_of_RFC_4226()
    {
        string[] codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
        for (int counter = 0; counter < codes.Length; counter++)
            Assert.Equal(counter, Authenticator.Match(Seed, codes[counter], DateTimeOffset.FromUnixTimeSeconds(30 * counter),
                window: 0, lastUsed: -1));
    }

    [Theory]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, false)]
    [InlineData(1, 1, true)]
    [InlineData(1, -1, true)]
    [InlineData(1, 2, false)]
    [InlineData(1, -2, false)]
    [InlineData(3, -3, true)]
    public void A_code_counts_within_the_window_and_not_outside(int window, int offBy, bool counts) =>
        Assert.Equal(counts ? Step + offBy : null, Authenticator.Match(Seed, Code(offBy), Now, window, lastUsed: 0));

    [Fact]
    public void A_code_counts_once_and_so_does_no_older_one()
    {
        Assert.Null(Authenticator.Match(Seed, Code(0), Now, 1, lastUsed: Step));
        Assert.Null(Authenticator.Match(Seed, Code(-1), Now, 1, lastUsed: Step));
        Assert.Equal(Step + 1, Authenticator.Match(Seed, Code(+1), Now, 1, lastUsed: Step));
    }

    [Theory]
    [InlineData("{0} {1}")]
    [InlineData(" {0}{1} ")]
    [InlineData("{0}\u00a0{1}")]
    [InlineData("{0}\u202f{1}\n")]
    public void Blanks_do_not_count(string form) =>
        Assert.Equal(Step, Authenticator.Match(Seed, string.Format(form, Code(0)[..3], Code(0)[3..]), Now, 0, lastUsed: 0));

    [Theory]
    [InlineData("")]
    [InlineData("      ")]
    [InlineData("28708")]
    [InlineData("2870822")]
    [InlineData("287-082")]
    [InlineData("２８７０８２")]
    [InlineData("28708\u00e9")]
    [InlineData("\ud800\udc00\ud800\udc00\ud800\udc00")]
    public void What_is_not_six_digits_is_no_code(string code) =>
        Assert.Null(Authenticator.Match(Seed, code, DateTimeOffset.FromUnixTimeSeconds(59), 1, 0));

    [Fact]
    public void Secrets_are_as_long_as_the_hash_and_differ()
    {
        Assert.Equal(20, Authenticator.NewSecret().Length);
        Assert.NotEqual(Authenticator.NewSecret(), Authenticator.NewSecret());
    }

    [Fact]
    public void The_uri_survives_awkward_names_and_gives_the_secret_back()
    {
        string uri = Authenticator.UriOf("My Gate: way", "a&b@example.org/ü", Seed);
        Assert.Equal(
            "otpauth://totp/My%20Gate%3A%20way:a%26b%40example.org%2F%C3%BC?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
            + "&issuer=My%20Gate%3A%20way&algorithm=SHA1&digits=6&period=30", uri);
        Assert.Equal(Seed, AuthenticatorApp.Scan(uri).Secret);
    }
}

using System.Text;
using Gateway.Credentials;

namespace Gateway.Tests.Credentials;

/// <summary>Reading rule 8a: lenient in what has the form of a JWT, and strict in what that form is.</summary>
public sealed class JwtFormTests
{
    private const string Token = "eyJhbGciOiJSUzI1NiJ9.eyJzaWQiOiJhIn0.c2lnbmF0dXJl";

    [Theory]
    [InlineData(Token), InlineData("\"" + Token + "\""), InlineData("'" + Token + "'"), InlineData(" " + Token + "\t"),
        InlineData("eyJhbGciOiJSUzI1NiJ9==.eyJzaWQiOiJhIn0=.c2lnbmF0dXJl")]
    [InlineData("eyJhbGciOiJSUzI1NiJ9%2EeyJzaWQiOiJhIn0%2ec2lnbmF0dXJl"),
        InlineData("eyJhbGciOiJSUzI1NiJ9%252EeyJzaWQiOiJhIn0%252ec2lnbmF0dXJl"), InlineData("%22" + Token + "%22")]
    public void A_token_however_it_is_wrapped_is_judged_in_its_one_spelling(string text) => Assert.Equal(Token, JwtForm.Of(text));

    [Theory]
    [InlineData("e30.e30.x"), InlineData("e30.e30."), InlineData("e30.a.b.c.d"), InlineData("IHsiYSI6MX0.x.y"),
        InlineData("77u_eyJhIjoxfQ.x.y"), InlineData("e!3!0.x.y"), InlineData("CnsiYSI6MX0.+/.y")]
    public void Three_or_five_parts_of_which_the_first_begins_with_a_brace(string text) => Assert.NotNull(JwtForm.Of(text));

    [Theory]
    [InlineData("undefined"), InlineData("null"), InlineData(""), InlineData("."), InlineData(".."), InlineData("a.b.c"),
        InlineData("host.example.org"), InlineData("mail@service.example.org")]
    [InlineData("ya29.a0AfH6SMBx-x.y"), InlineData("eyJhbGciOiJSUzI1NiJ9"), InlineData("eyJhbGciOiJSUzI1NiJ9.eyJzaWQiOiJhIn0"),
        InlineData("eyJ1c2VyIjoxfQ.Z1.abc.def")]
    [InlineData("ImZsYXNrIg.X1.sig"), InlineData(".eJyrVopPy0kszkgtVrKKrlZSKIFQSUpWSknhYVXJRm55UYG2tkq1OlDRyHDdqmC3KrEUWyBlhA.Yh.sig"),
        InlineData("1.2.3"), InlineData("192.168.1")]
    public void What_has_not_the_form_is_none(string text) => Assert.Null(JwtForm.Of(text));

    [Theory]
    [InlineData("Token " + Token), InlineData("Digest token=\"" + Token + "\""), InlineData("token=" + Token),
        InlineData("x, " + Token + "; y"), InlineData(Token)]
    public void It_is_found_within_other_text(string text)
    {
        List<string> found = [];
        JwtForm.FindIn(text, found);
        Assert.Equal([Token], found);
    }

    [Theory]
    [InlineData("oauth2:" + Token), InlineData(Token + ":x"), InlineData(Token + ":" )]
    public void It_is_found_within_Basic(string pair)
    {
        List<string> found = [];
        JwtForm.FindIn("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)), found);
        Assert.Equal([Token], found);
    }

    [Theory]
    [InlineData("Basic dXNlcjpwYXNzd29yZA=="), InlineData("Negotiate YIIZ1wYGKwYBBQUCoIIZyzCCGcegMDAuBgkqhkiC9xIBAgI="),
        InlineData("NTLM TlRMTVNTUAABAAAAB4IIogAAAAAAAAAA")]
    [InlineData("AWS4-HMAC-SHA256 Credential=AKIA/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-date, "
        + "Signature=fe5f80f77d5fa3beca038a248ff027d0445342fe2855ddc963176630326f1024")]
    [InlineData("OAuth realm=\"Photos\", oauth_token=\"nnch734d00sl2jdk\", oauth_signature=\"MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D\"")]
    [InlineData("Signature keyId=\"https://a.example/users/b#main-key\",headers=\"(request-target) host "
        + "date\",signature=\"Y2FiYW...IxNGRiZDk4ZA==\"")]
    [InlineData("SharedAccessSignature sr=a.servicebus.windows.net%2Fq&sig=1J8%3D&se=1403736877&skn=key")]
    public void Other_schemes_hold_none(string text)
    {
        List<string> found = [];
        JwtForm.FindIn(text, found);
        Assert.Empty(found);
    }

    [Fact]
    public void Work_is_linear()
    {
        foreach (string shape in (string[])["%;", "eyJ.", "a=b&", ".", "%25", "e30.e30.", "=", "\"", "QUFB"])
        {
            string text = string.Concat(Enumerable.Repeat(shape, 32 * 1024 / shape.Length));
            // The best of several: the machine may be busy.
            TimeSpan best = Enumerable.Range(0, 10).Min(round =>
            {
                long before = System.Diagnostics.Stopwatch.GetTimestamp();
                JwtForm.FindIn(text, []);
                _ = JwtForm.Of(text);
                return System.Diagnostics.Stopwatch.GetElapsedTime(before);
            });
            Assert.True(best < TimeSpan.FromMilliseconds(10), $"{shape}: {best}");
        }
    }
}

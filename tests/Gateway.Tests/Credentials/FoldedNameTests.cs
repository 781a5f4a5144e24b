using Gateway.Credentials;

namespace Gateway.Tests.Credentials;

/// <summary>Reading rule 3a: what some server takes for a credential's name.</summary>
public sealed class FoldedNameTests
{
    private static readonly FoldedName Name = new("access_token");

    [Theory]
    [InlineData("access_token"), InlineData("Access_Token"), InlineData("accesstoken"), InlineData("access-token"),
        InlineData("access.token"), InlineData("access token")]
    [InlineData("access[token"), InlineData("[access_token]"), InlineData("access_token]"), InlineData("access_token[]"),
        InlineData("access_token[0]"), InlineData("access_token[key]"), InlineData("[access][token]"), InlineData("access_token]access"),
        InlineData("[access_token][x]y")]
    [InlineData("access%5Ftoken"), InlineData("access%255Ftoken"), InlineData("access%5Btoken"), InlineData("access%255Btoken"),
        InlineData("%61ccess_token"), InlineData("access%u005Ftoken"), InlineData("%u0061ccess_token")]
    [InlineData("access_token.0"), InlineData("access_token_0"), InlineData("access_token12"), InlineData("access_tokenC1"),
        InlineData("access_tokenc1"), InlineData("access_token-C-1")]
    [InlineData(" access_token "), InlineData("+access_token"), InlineData("\"access_token\""), InlineData("access_token\0"),
        InlineData("access_token%00x"), InlineData("access_token%ff"), InlineData("%EF%BD%81ccess_token")]
    [InlineData("acce\u017Fs_to\u212Aen"), InlineData("$access_token")]
    public void A_name_of_the_same_letters_and_digits_could_be_it(string text) => Assert.True(Name.Matches(text), text);

    [Theory]
    [InlineData("access_tokens"), InlineData("xaccess_token"), InlineData("access_tokenC"), InlineData("access_tokenCC1"),
        InlineData("access_token1a"), InlineData("access"), InlineData("token"), InlineData("")]
    [InlineData("refresh_token"), InlineData("[]"), InlineData("___"), InlineData("acc\u00e9ss_token"), InlineData("access%"),
        InlineData("%")]
    public void Another_name_could_not(string text) => Assert.False(Name.Matches(text), text);

    [Fact]
    public void A_number_in_the_name_itself_counts()
    {
        Assert.True(new FoldedName("sid2").Matches("SID_2"));
        Assert.True(new FoldedName("sid2").Matches("sid2.0"));
        Assert.False(new FoldedName("sid2").Matches("sid3"));
        Assert.True(new FoldedName("__Host-session").Matches("Host_Session"));
    }
}

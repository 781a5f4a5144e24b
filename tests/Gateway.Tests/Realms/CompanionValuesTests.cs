using Gateway.Realms;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Tests.Realms;

public sealed class CompanionValuesTests
{
    private static readonly Companion User = new("X-User-Id", "rc_uid");

    [Theory]
    [InlineData("rc_uid=a", "a", false)]
    [InlineData("x=1; rc_uid=\"a\" ; rc_uid=a", "a", false)]
    [InlineData("rc_uid=a; rc_uid=b", "a", true)]
    [InlineData("rc_uid=; rc_uid=b", "", true)]
    [InlineData("rc_uid=a;rc_uid", "a", false)]
    [InlineData("RC_UID=b; rc_uid =a=b", "a=b", false)]
    [InlineData("xrc_uid=b; rc_uidx=b", null, false)]
    [InlineData("", null, false)]
    public void The_first_counts_and_another_one_that_differs_is_told(string cookies, string? value, bool ambiguous)
    {
        HeaderDictionary headers = new() { ["Cookie"] = cookies };
        Assert.Equal(value, Assert.Single(CompanionValues.Of([User], headers, CredentialLocationKind.Cookie)));
        Assert.Equal(ambiguous, CompanionValues.IsAmbiguous(cookies, "rc_uid"));
        Assert.Equal(ambiguous, CompanionValues.IsAmbiguous(new StringValues([null, .. cookies.Split(';')]), "rc_uid"));
        Assert.Equal(ambiguous, CompanionValues.Cookies(cookies, "rc_uid").Distinct().Count() > 1);
    }

    [Fact]
    public void A_token_in_a_cookie_has_its_companion_in_a_cookie_first()
    {
        HeaderDictionary headers = new() { ["Cookie"] = "rc_uid=a", ["X-User-Id"] = "b" };
        Assert.Equal("a", Assert.Single(CompanionValues.Of([User], headers, CredentialLocationKind.Cookie)));
        Assert.Equal("b", Assert.Single(CompanionValues.Of([User], headers, CredentialLocationKind.Header)));
    }

    [Fact]
    public void Looking_for_another_value_allocates_nothing()
    {
        StringValues cookies = string.Join("; ", Enumerable.Range(0, 50).Select(n => $"c{n}=v{n}")) + "; rc_uid=a; rc_uid=a";
        CompanionValues.IsAmbiguous(cookies, "rc_uid");
        Assert.InRange(Allocated.By(1000, () => Assert.False(CompanionValues.IsAmbiguous(cookies, "rc_uid"))), 0, 999);
    }
}

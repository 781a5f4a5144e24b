using Gateway.Credentials;
using Gateway.Realms;

namespace Gateway.Tests.Credentials;

public sealed class RealmConflictsTests
{
    private static readonly CredentialOptions Bearer = new() { Header = "Authorization", Scheme = "Bearer" };

    private static RealmOptions Jwt(string? issuer, string? authority = null, params CredentialOptions[] locations)
        => new() { Credentials = [.. locations.Length == 0 ? [Bearer] : locations],
            Jwt = new() { Issuer = issuer, Authority = authority } };

    private static RealmOptions Opaque(params CredentialOptions[] locations)
        => new() { Credentials = [.. locations.Length == 0 ? [Bearer] : locations], Opaque = new() };

    private static int Conflicts(RealmOptions one, RealmOptions other)
        => RealmConflicts.In(new Dictionary<string, RealmOptions> { ["one"] = one, ["other"] = other }).Count;

    [Fact]
    public void Realms_in_one_place_are_told_apart_by_issuer_or_form()
    {
        Assert.Equal(0, Conflicts(Jwt("a"), Jwt("b")));
        Assert.Equal(0, Conflicts(Jwt("a"), Jwt(null, "b")));
        Assert.Equal(0, Conflicts(Jwt("a"), Opaque()));
        Assert.Equal(1, Conflicts(Jwt("a"), Jwt("a")));
        Assert.Equal(1, Conflicts(Jwt("a"), Jwt(null, "a/")));
        Assert.Equal(1, Conflicts(Jwt("a"), Jwt(null)));
        Assert.Equal(1, Conflicts(Opaque(), Opaque()));
        Assert.Equal(1, Conflicts(Opaque(), Opaque(new CredentialOptions { Header = "authorization", Scheme = "bearer" })));
    }

    [Theory]
    [InlineData("https://idp.example/a", "https://idp.example/a/")]
    [InlineData("https://idp.example/a/", "https://idp.example/a")]
    [InlineData("https://idp.example/{tenantid}/v2/", "https://idp.example/t1/v2")]
    [InlineData("https://idp.example/t1/v2/", "https://idp.example/{tenantid}/v2")]
    public void Issuers_that_differ_by_a_slash_at_the_end_are_one(string one, string other)
    {
        foreach (RealmOptions first in (RealmOptions[])[Issuers(one), Issuers("https://else.example", one)])
            foreach (RealmOptions second in (RealmOptions[])[Issuers(other), Issuers(other, "https://third.example/")])
                Assert.Equal(1, Conflicts(first, second));
        if (!one.Contains('{') && !other.Contains('{')) Assert.Equal(1, Conflicts(Jwt(one), Jwt(other)));
        Assert.Equal(0, Conflicts(Issuers(one), Issuers(other + "x")));

        static RealmOptions Issuers(params string[] issuers) => new() { Credentials = [Bearer], Jwt = new() { Issuers = [.. issuers] } };
    }

    [Fact]
    public void Realms_in_places_of_their_own_are_told_apart_by_the_place()
    {
        Assert.Equal(0, Conflicts(Jwt("a"), Jwt("a", null, new CredentialOptions { Cookie = "b" })));
        Assert.Equal(0, Conflicts(Opaque(), Opaque(new CredentialOptions { Header = "Authorization", Scheme = "Token" })));
        Assert.Equal(0, Conflicts(Opaque(new CredentialOptions { Query = "b" }), Opaque(new CredentialOptions { Cookie = "b" })));
    }

    [Fact]
    public void Places_that_differ_only_for_a_strict_reader_are_no_places_of_their_own()
    {
        Assert.Equal(1, Conflicts(Opaque(new CredentialOptions { Cookie = "sid" }), Opaque(new CredentialOptions { Cookie = "SID" })));
        Assert.Equal(1, Conflicts(Opaque(new CredentialOptions { Query = "a.b" }), Opaque(new CredentialOptions { Query = "a_b" })));
        Assert.Equal(1, Conflicts(Opaque(new CredentialOptions { Header = "X-Key" }), Opaque(new CredentialOptions { Header = "X_Key" })));
    }
}

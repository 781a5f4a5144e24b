using Gateway.TwoFactor;

namespace Gateway.Tests.TwoFactor;

public sealed class SlowHashTests
{
    [Fact]
    public void A_hash_knows_its_secret_and_no_other()
    {
        string digest = Codes.PasswordDigest("correct horse");
        string stored = SlowHash.OfPassword(digest);
        Assert.StartsWith("pbkdf2-sha256$600000$", stored);
        Assert.DoesNotContain(digest, stored);
        Assert.True(SlowHash.Matches(stored, digest));
        Assert.False(SlowHash.Matches(stored, Codes.PasswordDigest("correct horse ")));
        Assert.NotEqual(stored, SlowHash.OfPassword(digest));
    }

    [Fact]
    public void One_candidate_is_found_among_several()
    {
        string[] codes = ["first123", "second12", "third123"];
        string[] stored = SlowHash.OfCodes(codes);
        Assert.Equal(1, SlowHash.Find(stored, "second12"));
        Assert.Equal(-1, SlowHash.Find(stored, "fourth12"));
    }

    // SHA-256("password") as published in FIPS 180 test collections.
    [Fact]
    public void A_password_is_sent_as_SHA_256_in_hex() =>
        Assert.Equal("5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", Codes.PasswordDigest("password"));

    [Fact]
    public void Codes_have_their_form_and_differ()
    {
        string code = Codes.NewEmailCode();
        Assert.Matches("^[0-9]{6}$", code);
        Assert.Matches("^[0-9]{3}-[0-9]{3}$", Codes.Grouped(code));
        Assert.Equal(code, Codes.DigitsOf(" " + Codes.Grouped(code) + "\n"));
        string[] backup = Codes.NewBackupCodes();
        Assert.Equal(Codes.BackupCount, backup.Distinct().Count());
        Assert.All(backup, one => Assert.Equal(Codes.BackupLength, one.Length));
    }
}

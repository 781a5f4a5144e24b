using System.Text;
using Gateway.Revocation;

namespace Gateway.Tests.Revocation;

public sealed class FactEncodingTests
{
    [Fact]
    public void What_is_read_equals_what_was_written()
    {
        for (int seed = 0; seed < 5000; seed++)
        {
            Fact fact = new RandomFacts(seed).AnyFact();
            Assert.Equal(fact, FactEncoding.Decode(FactEncoding.Encode(fact)));
        }
    }

    [Fact]
    public void The_stored_form_is_fixed()
    {
        Fact fact = new Fact.Revocation
        {
            Id = new("0190163d-8694-739b-aea5-966c26f8ad91"), At = DateTimeOffset.UnixEpoch.AddSeconds(1),
            Expires = DateTimeOffset.UnixEpoch.AddSeconds(2),
            Actor = "ops", Reason = "lost \"phone\"", Target = new Target.Subject("main", "ärger", DateTimeOffset.UnixEpoch, "s1"),
        };
        Assert.Equal(
            """{"v":1,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":10000000,"expires":20000000,"actor":"ops","reason":"lost \"phone\"","kind":"subject","realm":"main","target":"ärger","before":0,"except":"s1"}""",
            Encoding.UTF8.GetString(FactEncoding.Encode(fact)));
    }

    [Fact]
    public void What_an_older_version_reads_is_written_in_its_form()
    {
        Fact.EndedSessions ended = new()
        {
            Id = new("0190163d-8694-739b-aea5-966c26f8ad91"), At = DateTimeOffset.UnixEpoch, Expires = DateTimeOffset.UnixEpoch,
            Actor = "ops",
            Of = new("0190163d-8694-739b-aea5-966c26f8ad92"), By = TargetKind.Client, InRealm = "main", Sessions = ["a", "b"],
        };
        Assert.Equal(
            """{"v":2,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"ops","kind":"ended-sessions","realm":"main","of":"0190163d-8694-739b-aea5-966c26f8ad92","by":"client","sessions":["a","b"]}""",
            Encoding.UTF8.GetString(FactEncoding.Encode(ended)));
        for (int seed = 0; seed < 200; seed++)
        {
            Fact fact = new RandomFacts(seed).AnyFact();
            Assert.Equal(fact is Fact.EndedSessions ? 2 : 1, FactEncoding.VersionOf(fact));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("nonsense")]
    [InlineData("""{"v":3,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"a","kind":"session","realm":"m","target":"t"}""")]
    [InlineData("""{"v":2,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"a","kind":"ended-sessions","realm":"m","of":"0190163d-8694-739b-aea5-966c26f8ad91","by":"device","sessions":[]}""")]
    [InlineData("""{"v":2,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"a","kind":"ended-sessions","realm":"m","of":"0190163d-8694-739b-aea5-966c26f8ad91","by":"realm","sessions":[null]}""")]
    [InlineData("""{"v":2,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"a","kind":"ended-sessions","realm":"m","of":"0190163d-8694-739b-aea5-966c26f8ad91","by":"realm"}""")]
    [InlineData("""{"v":1,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"a","kind":"device","realm":"m","target":"t"}""")]
    [InlineData("""{"v":1,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"a","kind":"session","realm":"m","target":"t","onlyFrom":"x"}""")]
    [InlineData("""{"v":1,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"a","kind":"session","realm":"m"}""")]
    [InlineData("""{"v":1,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":9223372036854775807,"expires":0,"actor":"a","kind":"session","realm":"m","target":"t"}""")]
    [InlineData("""{"v":1,"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"a","kind":"session","realm":"m","target":"t"}  x""")]
    [InlineData("""{"id":"0190163d-8694-739b-aea5-966c26f8ad91","at":0,"expires":0,"actor":"a","kind":"session","realm":"m","target":"t"}""")]
    public void What_is_not_understood_stops_the_reader(string stored)
        => Assert.Throws<UnknownFactException>(() => FactEncoding.Decode(Encoding.UTF8.GetBytes(stored)));

    [Fact]
    public void Cut_short_or_changed_it_is_never_another_fact_without_a_word()
    {
        byte[] stored = FactEncoding.Encode(new RandomFacts(7).Fact());
        for (int length = 0; length < stored.Length; length++)
            Assert.Throws<UnknownFactException>(() => FactEncoding.Decode(stored.AsSpan(0, length)));
    }
}

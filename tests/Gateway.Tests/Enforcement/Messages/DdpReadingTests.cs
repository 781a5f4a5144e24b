using System.Text;
using Gateway.Enforcement.Messages;

namespace Gateway.Tests.Enforcement.Messages;

public sealed class DdpReadingTests
{
    [Theory]
    [InlineData("""{"msg":"method","id":"1","method":"login","params":[{"resume":"T1"}]}""")]
    [InlineData("""  {"msg":"method","id":1,"method":"login","params":[{"resume":"T1"}]}""")]
    [InlineData("""["{\"msg\":\"method\",\"id\":\"1\",\"method\":\"login\",\"params\":[{\"resume\":\"T1\"}]}"]""")]
    [InlineData("""{"\u006dsg":"m\u0065thod","id":"1","method":"login","params":[{"\u0072esume":"T\u0031"}]}""")]
    [InlineData("""MARK {"msg":"method","id":"1","method":"login","params":[{"resume":"T1"}]}""")]
    [InlineData("""MARK["MARK{\"msg\":\"method\",\"id\":\"1\",\"method\":\"login\",\"params\":[{\"resume\":\"T1\"}]}"]""")]
    [InlineData("""{"msg":"method","id":"1","method":"login","params":[{"$escape":{"resume":"T1"}}]}""")]
    [InlineData("""{"msg":"method","id":"1","method":"login","params":[{"resume":"","resume":"T1"}]}""")]
    [InlineData("""{"msg":"x","msg":"method","id":"1","method":"login","params":[{"totp":{"login":{"resume":"T1"}}}]}""")]
    public void A_token_is_found_wherever_a_server_would_find_it(string message)
    {
        DdpMessage.Method method = Assert.IsType<DdpMessage.Method>(Assert.Single(Read(message.Replace("MARK", "\uFEFF"))));
        Assert.Equal(("1", "login", "T1"), (method.Id, method.Name, Assert.Single(method.Resumes)));
    }

    [Theory]
    [InlineData("""{"msg":"result","id":"1","result":{"id":"u1","token":"T1","tokenExpires":{"$date":1800000000000},"type":"resume"}}""")]
    [InlineData("""a["{\"msg\":\"result\",\"id\":\"1\",\"result\":{\"id\":\"u1\",\"token\":\"T1\",\"tokenExpires\":{\"$date\":1800000000000}}}"]""")]
    public void An_answer_says_who_has_signed_in(string message)
    {
        DdpMessage.Result result = Assert.IsType<DdpMessage.Result>(Assert.Single(Read(message)));
        Assert.Equal(("1", false), (result.Id, result.Failed));
        Assert.Equal(new DdpSignIn("u1", "T1", DateTimeOffset.FromUnixTimeMilliseconds(1800000000000)), result.SignedIn);
    }

    [Theory]
    [InlineData(""), InlineData("o"), InlineData("h"), InlineData("c[3000,\"Go away!\"]"), InlineData("[]"), InlineData("a[]"),
        InlineData("{}"), InlineData("{\"msg\":\"ping\"}"), InlineData("nonsense"), InlineData("{'msg':'method'}"), InlineData("5"),
        InlineData("null"), InlineData("[[[]]]"), InlineData("{\"msg\":5}"), InlineData("[\"x\",5,null]")]
    public void What_calls_nothing_is_nothing(string message) => Assert.Empty(Read(message));

    [Theory]
    [InlineData("""{"msg":"method","method":"login","params":[{"resume":"\ud800"}]}""")]
    public void What_only_a_server_can_read_is_said(string message) => Assert.Throws<FormatException>(() => Read(message));

    [Fact]
    public void What_is_nested_too_deeply_is_said()
        => Assert.Throws<FormatException>(() => Read("""{"msg":"method","x":""" + new string('[', 600) + new string(']', 600) + "}"));

    [Fact]
    public void Random_bytes_are_read_without_a_stumble()
    {
        Random random = new(3);
        byte[] seed = """["{\"msg\":\"method\",\"id\":\"1\",\"method\":\"login\",\"params\":[{\"resume\":\"T1\"}]}"]"""u8.ToArray();
        for (int round = 0; round < 20_000; round++)
        {
            byte[] message = [.. seed];
            for (int times = random.Next(1, 4); times > 0; times--) message[random.Next(message.Length)] = (byte)random.Next(256);
            try { DdpReading.Read(message); }
            catch (FormatException) { /* said */ }
        }
    }

    private static IReadOnlyList<DdpMessage> Read(string message) => DdpReading.Read(Encoding.UTF8.GetBytes(message));
}

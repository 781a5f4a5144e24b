namespace Gateway.Tests.Dialects.RocketChat;

/// <summary>
/// What Rocket.Chat's validator says to bodies and queries. These tests share a gateway: none depends on what another left.
/// </summary>
public sealed class RocketChatParametersTests(SharedRocketChat shared) : IClassFixture<SharedRocketChat>
{
    private const string NotFound = """{"success":false,"error":"Session not found"}""";
    private const string Required =
        """{"success":false,"error":"must have required property 'sessionId' [invalid-params]","errorType":"invalid-params"}""";
    private const string Additional =
        """{"success":false,"error":"must NOT have additional properties [invalid-params]","errorType":"invalid-params"}""";
    private const string MustBeString = """{"success":false,"error":"must be string [invalid-params]","errorType":"invalid-params"}""";
    private const string MustBeObject = """{"success":false,"error":"must be object [invalid-params]","errorType":"invalid-params"}""";
    private const string MustBeNumber = """{"success":false,"error":"must be number [invalid-params]","errorType":"invalid-params"}""";

    private readonly RocketChatFixture _chat = shared.Chat;

    [Theory]
    [InlineData(null, null, Required)]
    [InlineData("", "application/json", Required)]
    [InlineData("{", "application/json", Required)]
    [InlineData("null", "application/json", Required)]
    [InlineData("7", "application/json", Required)]
    [InlineData("\"x\"", "application/json", Required)]
    [InlineData("{}", "application/json", Required)]
    [InlineData("{\"sessionid\":\"x\"}", "application/json", Required)]
    [InlineData("{\"sessionId\":\"x\"}", "text/plain", Required)]
    [InlineData("{\"sessionId\":\"x\"}", null, Required)]
    [InlineData("[]", "application/json", MustBeObject)]
    [InlineData("[{\"sessionId\":\"x\"}]", "application/json", MustBeObject)]
    [InlineData("{\"sessionId\":{}}", "application/json", MustBeString)]
    [InlineData("{\"sessionId\":[\"x\"]}", "application/json", MustBeString)]
    [InlineData("{\"sessionId\":\"x\",\"more\":1}", "application/json", Additional)]
    [InlineData("{\"sessionId\":{},\"more\":1}", "application/json", Additional)]
    [InlineData("{\"sessionId\":null}", "application/json", NotFound)]
    [InlineData("{\"sessionId\":12}", "application/json", NotFound)]
    [InlineData("{\"sessionId\":\"\\ud800\"}", "application/json", NotFound)]
    [InlineData("\ufeff{\"sessionId\":\"x\"}", "application/json; charset=utf-8", NotFound)]
    [InlineData("sessionId=x", "application/x-www-form-urlencoded", NotFound)]
    [InlineData("sessionId=x&sessionId=y", "application/x-www-form-urlencoded", MustBeString)]
    [InlineData("sessionId[]=x", "application/x-www-form-urlencoded", MustBeString)]
    [InlineData("sessionId=x&more=y", "application/x-www-form-urlencoded", Additional)]
    [InlineData("other=x", "application/x-www-form-urlencoded", Required)]
    public async Task A_body_is_read_forgivingly_and_checked_strictly(string? body, string? contentType, string expected)
    {
        int status = expected == NotFound ? 404 : 400;
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout", _chat.Admin, "carol", body, contentType: contentType), status, expected);
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout.me", _chat.Admin, "carol", body, contentType: contentType), status,
            expected);
    }

    [Theory]
    [InlineData("""{"sessionId":12}""", "12")]
    [InlineData("""{"sessionId":1.50}""", "1.5")]
    [InlineData("""{"sessionId":-0}""", "0")]
    [InlineData("""{"sessionId":1e21}""", "1e+21")]
    [InlineData("""{"sessionId":true}""", "true")]
    [InlineData("""{"sessionId":"a","sessionId":"b"}""", "b")]
    public async Task Scalars_are_coerced_as_ajv_does(string body, string id)
    {
        await _chat.SeeAsync("alice", id);
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout", _chat.Admin, "carol", body), 200,
            "{\"sessionId\":\"" + id + "\",\"success\":true}");
    }

    [Fact]
    public async Task A_form_ends_a_session_too()
    {
        await _chat.SeeAsync("alice", "a b");
        Answer.Is(await _chat.SendAsync(HttpMethod.Post, "logout", _chat.Admin, "carol", "sessionId=a+b",
            contentType: "application/x-www-form-urlencoded"), 200, """{"sessionId":"a b","success":true}""");
    }

    [Theory]
    [InlineData("info", Required)]
    [InlineData("info?sessionId=x&more=1", Additional)]
    [InlineData("info?sessionId=x&sessionId=y", MustBeString)]
    [InlineData("info?sessionId[a]=x", MustBeString)]
    [InlineData("info?SessionId=x", Required)]
    [InlineData("info.admin", Required)]
    [InlineData("list?offset=abc", MustBeNumber)]
    [InlineData("list?count=1&count=2", MustBeNumber)]
    [InlineData("list?count=Infinity", MustBeNumber)]
    [InlineData("list?search=x", Additional)]
    [InlineData("list?filter[]=x", MustBeString)]
    [InlineData("list.all?offset=0&query={}", Additional)]
    [InlineData("""list?sort={"userId":1}""", """{"success":false,"error":"error-invalid-sort-keys"}""")]
    [InlineData("""list.all?sort={"loginAt":1,"ip":1}""", """{"success":false,"error":"error-invalid-sort-keys"}""")]
    [InlineData("list?sort=loginAt",
        """{"success":false,"error":"Invalid sort parameter provided: \"loginAt\" [error-invalid-sort]","errorType":"error-invalid-sort"}""")]
    public async Task A_query_is_checked_strictly(string call, string expected)
        => Answer.Is(await _chat.SendAsync(HttpMethod.Get, call, _chat.Admin, "carol"), 400, expected);
}

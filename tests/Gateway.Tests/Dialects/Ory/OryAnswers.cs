using System.Text.Json.Nodes;

namespace Gateway.Tests.Dialects.Ory;

/// <summary>The errors of the contract, byte for byte.</summary>
internal static class OryAnswers
{
    public const string NoSession =
        """{"error":{"code":401,"status":"Unauthorized","reason":"No valid session cookie found.","message":"The request could not be authorized"}}""" + "\n";
    public const string NoCredentials =
        """{"error":{"code":401,"status":"Unauthorized","reason":"No valid session credentials found in the request.","message":"The request could not be authorized"}}""" + "\n";
    public const string CurrentSession = """{"error":{"code":400,"status":"Bad Request","message":"cannot revoke current session"}}"""
        + "\n";
    public const string NotFound = """{"error":{"code":404,"status":"Not Found","message":"Unable to locate the resource"}}""" + "\n";
    public const string UnknownToken =
        """{"error":{"code":403,"status":"Forbidden","reason":"The provided Ory Session Token could not be found, is invalid, or otherwise malformed.","message":"The requested action was forbidden"}}""" + "\n";

    public static string BadRequest(string message)
        => $$$"""{"error":{"code":400,"status":"Bad Request","message":"{{{message}}}"}}""" + "\n";

    public static async Task IsErrorAsync(this HttpResponseMessage answer, int status, string body)
    {
        Assert.Equal((status, body), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("", answer.Headers.GetValues("Ory-Error-Id").Single());
        answer.Dispose();
    }

    public static async Task<JsonNode> IsOkAsync(this HttpResponseMessage answer)
    {
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 200, $"{answer.StatusCode}: {body}");
        Assert.Equal("application/json; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        return JsonNode.Parse(body)!;
    }

    public static Action<HttpRequestMessage> SessionToken(string token)
        => request => request.Headers.TryAddWithoutValidation("X-Session-Token", token);

    public static Action<HttpRequestMessage> Cookie(string token)
        => request => request.Headers.TryAddWithoutValidation("Cookie", $"theme=dark; ory_kratos_session={token}; other=1");
}

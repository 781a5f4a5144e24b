using Gateway.Realms;
using Gateway.Revocation;

namespace Gateway.Dialects.Ory;

/// <summary>The application behind a Lookup realm, which knows more of a session than the gateway does: traits and factors, or that
/// a second factor is missing, and where to give it. It is asked where the realm asks it, wherever the route of the call's path
/// leads; nothing of the request goes along but the credential that counts, since the rest might hold another one that nobody has
/// looked at.</summary>
internal sealed class OryApplication(OryCredentials credentials, RealmSet realms)
{
    private const string Identity = "X-Kratos-Authenticated-Identity-Id", Tokenize = "tokenize_as";

    // Of one connection (RFC 9110 section 7.6.1), or told by this server itself.
    private static readonly string[] NotPassedOn = ["Connection", "Keep-Alive", "Proxy-Authenticate", "TE", "Trailer", "Transfer-Encoding",
        "Upgrade", "Date", "Server", "Content-Length"];

    /// <summary>Asks the application who the caller is, and passes on what it answers if that is a refusal: a good answer is
    /// given only to whom the gateway knows.</summary>
    /// <returns>False when there was no refusal to pass on; nothing was written then.</returns>
    public async Task<bool> TryRefuseAsync(DialectCall call)
    {
        using HttpResponseMessage? answer = await AskAsync(call, "");
        if (answer is null || !IsRefusal(answer)) return false;
        await WriteAsync(call, answer);
        return true;
    }

    /// <summary>Answers with what the application says of this caller.</summary>
    /// <exception cref="OryException">It cannot be asked, or does not know the caller any more.</exception>
    public async Task AnswerAsync(DialectCall call, SessionIdentity caller)
    {
        string query = call.Request.Query[Tokenize] is [{ Length: > 0 } template] ? $"{Tokenize}={Uri.EscapeDataString(template)}" : "";
        using HttpResponseMessage answer = await AskAsync(call, query) ?? throw new OryException(OryError.Unavailable);
        if (answer.IsSuccessStatusCode || IsRefusal(answer) || (query.Length > 0 && (int)answer.StatusCode is 400 or 404))
        {
            if (answer.IsSuccessStatusCode && caller.Subject is { } subject)
                call.Response.Headers[Identity] = subject.All(c => c is > ' ' and <= '~') ? subject : Uri.EscapeDataString(subject);
            await WriteAsync(call, answer);
        }
        else throw new OryException((int)answer.StatusCode is 429 or >= 500 ? OryError.Unavailable : OryError.NoCredentials);
    }

    private static bool IsRefusal(HttpResponseMessage answer)
        => (int)answer.StatusCode is StatusCodes.Status403Forbidden or StatusCodes.Status422UnprocessableEntity;

    private async Task<HttpResponseMessage?> AskAsync(DialectCall call, string query)
    {
        if (realms.Find(call.Realm)?.Tokens is not LookupTokens lookup) return null;
        (string? token, CredentialLocation location) = credentials.Pick(call);
        if (token is null) return null;
        string?[] companions = CompanionValues.Of(lookup.Companions, call.Request.Headers, location.Kind);
        return await lookup.AskInFullAsync(new Presented(token, location, companions), query, call.Context.RequestAborted);
    }

    private static async Task WriteAsync(DialectCall call, HttpResponseMessage answer)
    {
        HttpResponse response = call.Response;
        response.StatusCode = (int)answer.StatusCode;
        foreach ((string name, IEnumerable<string> values) in answer.Headers.Concat(answer.Content.Headers))
            if (!NotPassedOn.Contains(name, StringComparer.OrdinalIgnoreCase)) response.Headers[name] = values.ToArray();
        byte[] body = await answer.Content.ReadAsByteArrayAsync(call.Context.RequestAborted);
        response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(call.Request.Method)) await response.Body.WriteAsync(body, call.Context.RequestAborted);
    }
}

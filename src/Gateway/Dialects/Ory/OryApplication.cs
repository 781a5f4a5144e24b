using Gateway.Dialects.Forwarding;
using Gateway.Realms;
using Yarp.ReverseProxy;

namespace Gateway.Dialects.Ory;

/// <summary>The application behind a Lookup realm, where its refusal tells a client more than the gateway's could: that a
/// second factor is missing, and where to give it.</summary>
internal sealed class OryApplication(OryCredentials credentials, IProxyStateLookup proxy, TimeProvider time)
{
    // Nothing else of the request goes along: it might hold another credential, which nobody has looked at.
    private static readonly string[] Kept = ["Accept", "User-Agent", "X-Request-ID", "X-Forwarded-For", "X-Forwarded-Proto",
        "X-Forwarded-Host"];

    // A list of sessions has the same condition, and this is where an application says it.
    private const string WhoAmI = "/whoami";

    private const int MostOfAnswer = 64 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Asks the application who the caller is, and passes on what it answers if that is a refusal: a good answer is
    /// given only to whom the gateway knows.</summary>
    /// <returns>False when there was no refusal to pass on; nothing was written then.</returns>
    public async Task<bool> TryRefuseAsync(DialectCall call)
    {
        if (ForwardTarget.Of(call, proxy) is not { } target) return false;
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(call.Context.RequestAborted);
        patience.CancelAfter(Patience);
        try
        {
            using HttpRequestMessage? question = (await ForwardedCall.TakeAsync(call, target, time.GetUtcNow())).For(target.Cluster, 0);
            if (question is null) return false;
            Strip(question, call);
            using HttpResponseMessage answer = await target.Cluster.Model.HttpClient.SendAsync(question, patience.Token);
            if ((int)answer.StatusCode is not (StatusCodes.Status403Forbidden or StatusCodes.Status422UnprocessableEntity)) return false;
            await using Stream content = await answer.Content.ReadAsStreamAsync(patience.Token);
            byte[] body = new byte[MostOfAnswer + 1];
            int length = await content.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, patience.Token);
            if (length > MostOfAnswer || answer.Content.Headers.ContentEncoding.Count > 0) return false;
            call.Response.StatusCode = (int)answer.StatusCode;
            call.Response.Headers["Ory-Error-Id"] = answer.Headers.TryGetValues("Ory-Error-Id", out IEnumerable<string>? id)
                ? id.First()
                : "";
            call.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
            if (HttpMethods.IsHead(call.Request.Method)) return true;
            call.Response.ContentLength = length;
            await call.Response.Body.WriteAsync(body.AsMemory(0, length), call.Context.RequestAborted);
            return true;
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException
            && !call.Context.RequestAborted.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Strip(HttpRequestMessage question, DialectCall call)
    {
        foreach (string name in question.Headers.NonValidated.Select(header => header.Key).Except(Kept, StringComparer.OrdinalIgnoreCase)
            .ToArray())
            question.Headers.Remove(name);
        question.Content = null;
        question.Method = HttpMethod.Get;
        string path = question.RequestUri!.GetLeftPart(UriPartial.Path);
        question.RequestUri = new Uri(path.EndsWith(WhoAmI, StringComparison.Ordinal) ? path : path + WhoAmI);
        (string? token, CredentialLocation location) = credentials.Pick(call);
        (string header, string value) = location switch
        {
            { Kind: CredentialLocationKind.Cookie } => ("Cookie", $"{location.Name}={token}"),
            { Scheme: { } scheme } => (location.Name, $"{scheme} {token}"),
            _ => (location.Name, token!),
        };
        question.Headers.TryAddWithoutValidation(header, value);
    }
}

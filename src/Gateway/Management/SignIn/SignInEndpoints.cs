using Gateway.Http;

namespace Gateway.Management.SignIn;

/// <summary><c>/v1/sign-in</c>: how an operator signs in to the page at a realm's provider. It gives nobody more than the provider
/// does: the token is judged like any other, and must carry <c>gateway.admin</c>.</summary>
internal static class SignInEndpoints
{
    private const int Longest = 4096;

    public static void MapSignIn(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/sign-in", ListAsync).WithMetadata(NoKeyNeeded.Mark).WithTags("Sign-in")
            .WithSummary("The providers at which an operator can sign in to the page; no key needed")
            .Produces<PageAnswer<SignInAnswer>>();
        v1.MapPost("/sign-in", ExchangeAsync).WithMetadata(NoKeyNeeded.Mark).WithTags("Sign-in")
            .Accepts<SignInRequestBody>("application/json")
            .WithSummary("Trades the provider's code for a token; no key needed").Produces<SignedInAnswer>().Problems(400, 413, 415, 503);
    }

    private static async Task<IResult> ListAsync(SignInProviders providers, CancellationToken cancellation)
        => ManagementJson.Answer(new PageAnswer<SignInAnswer>(await providers.ListAsync(cancellation), null));

    private static async Task<IResult> ExchangeAsync(HttpContext context, SignInProviders providers, CancellationToken cancellation)
    {
        using JsonBody body = await JsonBody.ReadAsync(context, ManagementJson.Default.SignInRequestBody);
        return ManagementJson.Answer(new SignedInAnswer(await providers.ExchangeAsync(
            Text(body, "realm"), Text(body, "code"), Text(body, "verifier"), Text(body, "redirectUri"), cancellation)));
    }

    private static string Text(JsonBody body, string name)
        => body.String(name, Longest) ?? throw CallRefusedException.BadRequest($"'{name}' is missing.");
}

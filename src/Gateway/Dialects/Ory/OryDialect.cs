namespace Gateway.Dialects.Ory;

/// <summary>The session endpoints of Ory Kratos: the public ones under each configured prefix, those of its administration
/// port on the management listener.</summary>
internal sealed class OryDialect(OryOptions options, OrySessions sessions, OryAdministration administration) : Dialect("ory", options)
{
    // Kratos answers who-am-I to every method.
    private static readonly string[] AnyMethod = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    public override IEnumerable<DialectRoute> Routes { get; } =
    [
        .. options.PathPrefixes.DefaultIfEmpty("").Select(prefix => prefix.TrimEnd('/')).Distinct().SelectMany(prefix => new DialectRoute[]
        {
            new(prefix + "/sessions/whoami", call => RunAsync(call, sessions.WhoAmIAsync), AnyMethod),
            new(prefix + "/sessions", call => RunAsync(call, sessions.EndOthersAsync), "DELETE"),
            new(prefix + "/sessions", call => RunAsync(call, sessions.ListOthersAsync), "GET"),
            new(prefix + "/sessions/{id}", call => RunAsync(call, sessions.EndOneAsync), "DELETE"),
            new(prefix + "/self-service/logout/api", call => RunAsync(call, sessions.EndByTokenAsync), "DELETE"),
            new(prefix + "/admin/identities/{id}/sessions", call => RunAsync(call, administration.EndAllOfAsync), "DELETE")
                { Management = true },
            new(prefix + "/admin/identities/{id}/sessions", call => RunAsync(call, administration.ListOfAsync), "GET")
                { Management = true },
            new(prefix + "/admin/sessions/{id}", call => RunAsync(call, administration.EndOneAsync), "DELETE") { Management = true },
            new(prefix + "/admin/sessions", call => RunAsync(call, administration.ListAsync), "GET") { Management = true },
        }),
    ];

    public override Task FailAsync(DialectCall call, DialectFailure failure) => (failure switch
    {
        DialectFailure.BadRequest => OryError.Malformed(),
        DialectFailure.Unauthenticated => OryError.NoCredentials,
        DialectFailure.Forbidden => OryError.Forbidden,
        DialectFailure.TooMany => OryError.TooMany,
        DialectFailure.Unconfirmed => OryError.Unconfirmed(call.Sessions),
        DialectFailure.TooLarge => OryError.TooLarge,
        DialectFailure.Unavailable => OryError.Unavailable,
        DialectFailure.Unknown => OryError.Unknown,
        _ => OryError.Fault,
    }).WriteAsync(call);

    private static async Task RunAsync(DialectCall call, Func<DialectCall, Task> answer)
    {
        // Kratos marks every answer as not to be kept.
        call.Response.Headers.CacheControl = "private, no-cache, no-store, must-revalidate";
        try
        {
            await answer(call);
        }
        catch (OryException error)
        {
            await error.Error.WriteAsync(call);
        }
    }
}

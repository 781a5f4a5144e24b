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
            new(prefix + "/sessions/whoami", call => Run(call, sessions.WhoAmI), AnyMethod),
            new(prefix + "/sessions", call => Run(call, sessions.EndOthers), "DELETE"),
            new(prefix + "/sessions", call => Run(call, sessions.ListOthers), "GET"),
            new(prefix + "/sessions/{id}", call => Run(call, sessions.EndOne), "DELETE"),
            new(prefix + "/self-service/logout/api", call => Run(call, sessions.EndByToken), "DELETE"),
            new(prefix + "/admin/identities/{id}/sessions", call => Run(call, administration.EndAllOf), "DELETE") { Management = true },
            new(prefix + "/admin/identities/{id}/sessions", call => Run(call, administration.ListOf), "GET") { Management = true },
            new(prefix + "/admin/sessions/{id}", call => Run(call, administration.EndOne), "DELETE") { Management = true },
            new(prefix + "/admin/sessions", call => Run(call, administration.List), "GET") { Management = true },
        }),
    ];

    public override Task Fail(DialectCall call, DialectFailure failure) => (failure switch
    {
        DialectFailure.BadRequest => OryError.Malformed(),
        DialectFailure.Unauthenticated => OryError.NoCredentials,
        DialectFailure.Forbidden => OryError.Forbidden,
        DialectFailure.TooLarge => OryError.TooLarge,
        DialectFailure.Unavailable => OryError.Unavailable,
        DialectFailure.Unknown => OryError.Unknown,
        _ => OryError.Fault,
    }).Write(call);

    private static async Task Run(DialectCall call, Func<DialectCall, Task> answer)
    {
        // Kratos marks every answer as not to be kept.
        call.Response.Headers.CacheControl = "private, no-cache, no-store, must-revalidate";
        try
        {
            await answer(call);
        }
        catch (OryException error)
        {
            await error.Error.Write(call);
        }
    }
}

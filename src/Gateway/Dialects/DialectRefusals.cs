namespace Gateway.Dialects;

/// <summary>A request that the gateway refuses before, or instead of, a dialect's own answer is refused in the vendor's form
/// all the same, where it is on a dialect's path.</summary>
internal sealed class DialectRefusals(DialectPaths paths)
{
    /// <summary>False when no dialect knows the request.</summary>
    public bool TryWrite(HttpContext context, int status, out Task written)
    {
        DialectCall? call = paths.Find(context, static _ => Task.CompletedTask);
        written = call is null ? Task.CompletedTask : call.Dialect.Fail(call, Failure(status));
        return call is not null;
    }

    public static DialectFailure Failure(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => DialectFailure.Unauthenticated,
        StatusCodes.Status403Forbidden => DialectFailure.Forbidden,
        StatusCodes.Status413PayloadTooLarge => DialectFailure.TooLarge,
        StatusCodes.Status503ServiceUnavailable => DialectFailure.Unavailable,
        _ => DialectFailure.BadRequest,
    };
}

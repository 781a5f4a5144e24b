namespace Gateway.Http;

/// <summary>Who makes a call, as the log and the audit name it: the name of a key, or realm and subject of a token.</summary>
internal static class Actor
{
    /// <summary>Of a call whose caller has been authenticated.</summary>
    public static string Of(HttpContext context)
        => context.User.Identity?.Name ?? throw new InvalidOperationException("The caller of this call was not authenticated.");
}

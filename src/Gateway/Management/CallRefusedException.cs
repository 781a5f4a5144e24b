namespace Gateway.Management;

/// <summary>A call that cannot be done as it came; answered as problem+json (RFC 9457).</summary>
/// <param name="status">A 4xx or 503.</param>
/// <param name="detail">What was wrong and the cure; no secret.</param>
internal sealed class CallRefusedException(int status, string detail) : Exception(detail)
{
    public int Status { get; } = status;

    public static CallRefusedException BadRequest(string detail) => new(StatusCodes.Status400BadRequest, detail);

    public static CallRefusedException NotFound(string detail) => new(StatusCodes.Status404NotFound, detail);
}

namespace Gateway.Http;

/// <summary>Ends a call with a refusal.</summary>
internal class CallRefusedException(Refusal refusal) : Exception(refusal.Detail)
{
    /// <param name="status">400 or above.</param>
    /// <param name="detail">What was wrong and the cure; no secret.</param>
    public CallRefusedException(int status, string detail) : this(new Refusal(status, detail)) { }

    public Refusal Refusal { get; } = refusal;

    public static CallRefusedException BadRequest(string detail) => new(Refusal.BadRequest(detail));

    public static CallRefusedException NotFound(string detail) => new(StatusCodes.Status404NotFound, detail);
}

namespace Gateway.Http;

/// <summary>Writes refusals in the form that one kind of client understands. Rooms register theirs.</summary>
internal interface IRefusalFormatter
{
    /// <summary>Begins to write. False when the request is not of that kind; then nothing was written.</summary>
    bool TryWrite(HttpContext context, Refusal refusal, out Task written);
}

namespace Gateway.Http;

/// <summary>Marks a request that is only asked about (<c>explain</c>): its refusal is told here. Nothing is written, counted or
/// logged.</summary>
internal sealed class Rehearsal
{
    public Refusal? Refusal { get; set; }

    /// <summary>What would have been refused where the route only reports.</summary>
    public Refusal? Reported { get; set; }
}

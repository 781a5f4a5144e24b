namespace Gateway.Enforcement.Endings;

/// <summary>A content type that the route names as a stream: it ends cleanly.</summary>
internal sealed class StreamEnding : CleanEnding
{
    public override string Word => "events";

    public override WhenStopping WhenStopping => WhenStopping.IsTold;
}

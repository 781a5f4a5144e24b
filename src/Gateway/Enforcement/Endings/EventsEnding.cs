using System.Text;

namespace Gateway.Enforcement.Endings;

/// <summary><c>text/event-stream</c>: it ends cleanly, after a last event where one may stand.</summary>
internal sealed class EventsEnding : CleanEnding
{
    private readonly EventFraming _frames = new();

    public override string Word => "events";

    public override WhenStopping WhenStopping => WhenStopping.IsTold;

    public override void Passes(ReadOnlySpan<byte> chunk) => _frames.Advance(chunk);

    protected override byte[] LastWords(ProxiedExchange exchange)
    {
        bool readable = exchange.Context.Response.Headers.ContentEncoding.Count == 0;
        if (!_frames.AtBoundary || !exchange.Cause.EndsSession || !readable
            || exchange.Services.Options.LastEvent is not { Length: > 0 } name) return [];
        return Encoding.UTF8.GetBytes($"event: {OneLine(name)}\ndata: {OneLine(exchange.Services.Options.CloseReason)}\n\n");
    }

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}

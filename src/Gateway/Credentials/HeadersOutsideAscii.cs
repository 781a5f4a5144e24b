namespace Gateway.Credentials;

/// <summary>A request has header values outside ASCII, which only some clusters take.</summary>
/// <param name="First">The name of one.</param>
internal sealed record HeadersOutsideAscii(string First);

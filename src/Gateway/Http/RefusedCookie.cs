namespace Gateway.Http;

/// <summary>A cookie that was refused.</summary>
/// <param name="IsChunked">It may have come in chunks, which go with it.</param>
internal sealed record RefusedCookie(string Name, bool IsChunked);

namespace Gateway.Tests;

/// <summary>One room's code uses another room's type.</summary>
internal sealed record RoomUse(string From, string To, string File, string Type);

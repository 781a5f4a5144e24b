namespace Gateway.Management;

/// <summary>The management key with which a call was made.</summary>
internal sealed record PresentedKey(string Name);

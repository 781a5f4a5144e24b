namespace Gateway.Management.Page;

/// <summary>One file of the page.</summary>
internal sealed record PageFile(byte[] Bytes, string Type);

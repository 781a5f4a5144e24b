namespace Gateway.Tests;

/// <summary>Code of the gateway calls a method of one of its types, or makes a delegate of it.</summary>
internal sealed record MethodUse(string File, string Type, string Method);

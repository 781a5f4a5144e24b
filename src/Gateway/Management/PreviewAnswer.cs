namespace Gateway.Management;

/// <summary>What a revocation would end.</summary>
internal sealed record PreviewAnswer(TargetAnswer Target, int Sessions, int Connections, IReadOnlyList<SessionAnswer> Sample);

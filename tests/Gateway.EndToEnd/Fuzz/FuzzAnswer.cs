namespace Gateway.EndToEnd.Fuzz;

/// <param name="Status">HTTP's; 0 when the connection ended without an answer.</param>
/// <param name="Grpc">gRPC's, where it was told.</param>
internal readonly record struct FuzzAnswer(int Status, int? Grpc, TimeSpan Took)
{
    /// <summary>A fault of the gateway, in HTTP or in gRPC: UNKNOWN, INTERNAL, UNAVAILABLE, DATA_LOSS.</summary>
    public bool IsFault => Status >= 500 || Grpc is 2 or 13 or 14 or 15;

    public bool IsUnauthenticated => Status == 401 || Grpc == 16;

    public override string ToString() => Grpc is { } grpc ? $"{Status}/{grpc}" : $"{Status}";
}

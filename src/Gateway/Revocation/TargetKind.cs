namespace Gateway.Revocation;

/// <summary>The five kinds of <see cref="Target"/>, as metrics, markers and the stored form name them.</summary>
internal enum TargetKind : byte
{
    None = 0,
    Session = 1,
    Token = 2,
    Subject = 3,
    Client = 4,
    Realm = 5,
}

namespace Gateway.Revocation;

/// <summary>What an <see cref="IndexKey"/> names. At most seven.</summary>
internal enum KeyKind : byte
{
    None = 0,
    Session = 1,
    Token = 2,
    Subject = 3,
    Client = 4,
    Realm = 5,

    /// <summary>A session, if it is that subject's.</summary>
    SessionOfSubject = 6,
}

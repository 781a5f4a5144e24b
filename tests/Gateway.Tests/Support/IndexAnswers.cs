using Gateway.Revocation;

namespace Gateway.Tests.Support;

internal static class IndexAnswers
{
    public static bool IsRevoked(this RevocationIndex index, SessionIdentity identity) => index.RevokedBy(identity) != TargetKind.None;
}

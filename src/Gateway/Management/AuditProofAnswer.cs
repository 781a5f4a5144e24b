using Gateway.Store;

namespace Gateway.Management;

/// <summary>Whether the audit is as it was written.</summary>
/// <param name="Entries">How many were looked at.</param>
/// <param name="First">The number of the oldest that is kept.</param>
/// <param name="Unchained">How many of the oldest an older version wrote, without a hash.</param>
/// <param name="NewestHash">A later proof that holds it holds everything up to it.</param>
/// <param name="Broken">What does not hold.</param>
internal sealed record AuditProofAnswer(
    bool Holds, int Entries, long First, long Newest, int Unchained, string? NewestHash, string? Broken)
{
    public static AuditProofAnswer Of(AuditProof proof) => new(
        proof.Broken is null, proof.Entries, proof.First, proof.Newest, proof.Unchained, proof.NewestHash, proof.Broken);
}

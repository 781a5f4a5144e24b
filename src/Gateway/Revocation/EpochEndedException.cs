namespace Gateway.Revocation;

/// <summary>The log was begun anew since the position was taken.</summary>
internal sealed class EpochEndedException(string epoch) : Exception($"The epoch {epoch} is over.");

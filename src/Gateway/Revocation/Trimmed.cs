namespace Gateway.Revocation;

/// <summary>What became of one page of the log (rule R10).</summary>
/// <param name="Looked">Entries that were looked at; none when it was another node's turn.</param>
/// <param name="Gone">Those that had expired.</param>
/// <param name="Behind">So long ago the last of them could have gone; none where nothing has expired yet.</param>
internal readonly record struct Trimmed(long Looked, long Gone, TimeSpan Behind);

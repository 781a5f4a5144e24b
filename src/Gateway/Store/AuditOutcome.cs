namespace Gateway.Store;

/// <summary>What came of a call, as the audit tells it.</summary>
internal static class AuditOutcome
{
    public const string Done = "done";
    public const string Refused = "refused";

    /// <summary>The log could not say whether it has the fact; a repeat finds out.</summary>
    public const string Unknown = "unknown";
}

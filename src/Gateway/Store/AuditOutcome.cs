namespace Gateway.Store;

/// <summary>What came of a call, as the audit tells it.</summary>
internal static class AuditOutcome
{
    public const string Done = "done";
    public const string Refused = "refused";

    /// <summary>The log could not say whether it has the fact. A later entry says what became of it, once that is known.</summary>
    public const string Unknown = "unknown";

    /// <summary>It was not recorded, and never will be.</summary>
    public const string Failed = "failed";
}

namespace Gateway.Http;

/// <summary><c>Gateway:Enforcement:Mode</c> for every route, and route metadata <c>Mode</c> for one.</summary>
internal enum EnforcementMode
{
    /// <summary>What is not good is refused.</summary>
    Enforce,

    /// <summary>Only what is revoked is refused; what else would be is logged and counted, and goes on as it came.</summary>
    Report,
}

using Gateway.Realms;

namespace Gateway.Management.Explain;

/// <param name="Passed">False where the request, or the token, does not pass it.</param>
internal sealed record ExplainedStep(string Step, bool Passed, string? Detail)
{
    public static ExplainedStep Of(TokenCheck check) => new(check.Check, check.Complaint is null, check switch
    {
        { Complaint: { } complaint, Found: { } found } => $"{complaint}: {found}",
        _ => check.Complaint ?? check.Found,
    });
}

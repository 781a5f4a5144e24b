namespace Gateway.Dialects;

/// <summary>Ends a call with a failure in the vendor's form.</summary>
internal sealed class DialectException(DialectFailure failure) : Exception(failure.ToString())
{
    public DialectFailure Failure { get; } = failure;
}

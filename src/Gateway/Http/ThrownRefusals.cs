using Gateway.Revocation;
using Microsoft.AspNetCore.Diagnostics;

namespace Gateway.Http;

/// <summary>Makes a refusal of what is thrown to end a call. Anything else is a fault: the framework logs it, and it is
/// answered 500 without a word about the inside.</summary>
internal sealed class ThrownRefusals(RefusalWriter refusals) : IExceptionHandler
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);
    private static readonly Refusal Fault =
        new(StatusCodes.Status500InternalServerError, "Something is wrong with the gateway; its log tells more.");

    public async ValueTask<bool> TryHandleAsync(HttpContext context, Exception error, CancellationToken cancellation)
    {
        if (RefusalOf(error) is not { } refusal) return false;
        await refusals.WriteAsync(context, refusal);
        return true;
    }

    public Task WriteFaultAsync(HttpContext context) => refusals.WriteAsync(context, Fault);

    private static Refusal? RefusalOf(Exception error) => error switch
    {
        CallRefusedException call => call.Refusal,
        // What Kestrel finds out only while a body is read.
        BadHttpRequestException bad => new(bad.StatusCode, "The request cannot be read."),
        InvalidRevocationException invalid => Refusal.BadRequest(invalid.Message),
        UnknownOutcomeException { Fact: var fact } unknown => new(
            StatusCodes.Status503ServiceUnavailable,
            $"{unknown.Message} Whether it was recorded is not known. GET /v1/revocations/{fact} tells, once it can; a repeat with the "
                + "same Idempotency-Key does no harm.")
        {
            RetryAfter = RetryAfter, Unknown = fact,
        },
        StoreUnavailableException store => new(StatusCodes.Status503ServiceUnavailable, store.Message) { RetryAfter = RetryAfter },
        _ => null,
    };
}

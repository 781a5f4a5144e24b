using Gateway.Http;

namespace Gateway.Logout;

/// <summary>There is no budget for this fact now, and it would end nothing that is known to be alive. Nothing has changed.</summary>
/// <param name="again">When there is.</param>
internal sealed class BudgetSpentException(TimeSpan again) : CallRefusedException(new Refusal(StatusCodes.Status429TooManyRequests,
    "Too many revocations were recorded lately, and this one would end no session that is known to be alive. Try again later, or raise "
        + "Gateway:Limits.", RetryAfter: again))
{
    public TimeSpan Again { get; } = again;
}

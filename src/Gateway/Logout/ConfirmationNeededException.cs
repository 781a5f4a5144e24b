using Gateway.Http;

namespace Gateway.Logout;

/// <summary>It would end so many sessions that an administrator must say that he means it. Nothing has changed.</summary>
/// <param name="sessions">How many; the confirmation.</param>
internal sealed class ConfirmationNeededException(int sessions, string why) : CallRefusedException(new Refusal(
    StatusCodes.Status409Conflict,
    $"{why} Nothing was ended. If that is meant, send \"confirm\": {sessions} (the command: --confirm {sessions}). "
        + "POST /v1/revocations/preview tells what it would end.")
{
    Sessions = sessions,
})
{
    public int Sessions { get; } = sessions;
}

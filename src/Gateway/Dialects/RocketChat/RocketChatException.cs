using System.Globalization;

namespace Gateway.Dialects.RocketChat;

/// <summary>Ends a call with an answer.</summary>
internal sealed class RocketChatException(RocketChatAnswer answer) : Exception(answer.Status.ToString(CultureInfo.InvariantCulture))
{
    public RocketChatAnswer Answer { get; } = answer;
}

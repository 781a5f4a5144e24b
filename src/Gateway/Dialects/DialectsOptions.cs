using Gateway.Dialects.Ory;
using Gateway.Dialects.RocketChat;
using Gateway.Dialects.Zitadel;

namespace Gateway.Dialects;

/// <summary>Which vendors' session APIs the gateway speaks; a dialect that is not configured is not spoken.</summary>
internal sealed record DialectsOptions
{
    public RocketChatOptions? RocketChat { get; init; }
    public ZitadelOptions? Zitadel { get; init; }
    public OryOptions? Ory { get; init; }
}

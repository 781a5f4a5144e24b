using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Management;

/// <summary>Who calls: the name of a key, or realm and subject of a token. It goes into the log and the audit as the actor.</summary>
internal sealed record ManagementCaller(string Actor)
{
    public static ManagementCaller Of(HttpContext context) => context.Features.GetRequiredFeature<ManagementCaller>();
}

/// <summary>Metadata of an endpoint that needs no key.</summary>
internal sealed class NoKeyNeeded
{
    public static readonly NoKeyNeeded Mark = new();
}

using Gateway.Http;
using Gateway.Revocation;
using Gateway.Store;

namespace Gateway.Management;

/// <summary>Notes who did what through the management API.</summary>
internal sealed class ManagementAudit(AuditLog audit)
{
    public void Done(HttpContext context, string action, Target target, Guid id, string? reason)
        => Record(context, Actor.Of(context), action, $"{target.Kind.Word} {target.InRealm}{(target.NamedId is { } named ? "/" + named : "")}", "done", reason is null ? $"{id}" : $"{id} {reason}");

    /// <summary>A call that was refused for want of a key or a permission.</summary>
    public void Refused(HttpContext context, string actor)
        => Record(context, actor, $"{context.Request.Method} {context.Request.Path}", null, "refused", null);

    private void Record(HttpContext context, string actor, string action, string? target, string outcome, string? detail)
        => audit.Record(new() { Actor = actor, Action = action, Target = target, Outcome = outcome, Address = context.Connection.RemoteIpAddress?.ToString(), Detail = detail });
}

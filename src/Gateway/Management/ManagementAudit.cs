using Gateway.Revocation;

namespace Gateway.Management;

/// <summary>Notes who did what through the management API.</summary>
internal sealed class ManagementAudit
{
    public void Done(HttpContext context, string action, Target target, Guid id) => _ = (context, action, target, id);
}

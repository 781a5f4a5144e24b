using System.Diagnostics;

namespace Gateway.Enforcement;

/// <summary>
/// Marks a request's trace when the gateway ends it. To the proxy an exchange that is ended looks like one that failed, and
/// it would say so once for each: 5,000 lines for one logout. By the mark the log can tell the two apart.
/// </summary>
internal readonly struct EndedByGateway
{
    private const string Tag = "gateway.ended";

    private readonly Activity? _request;

    private EndedByGateway(Activity? request) => _request = request;

    /// <summary>The trace of the request that runs here.</summary>
    public static EndedByGateway Current => new(Activity.Current);

    public void Mark(EndCause cause) => _request?.SetTag(Tag, cause.Word);

    /// <summary>Whether what runs here belongs to a request that was marked.</summary>
    public static bool IsCurrent
    {
        get
        {
            for (Activity? activity = Activity.Current; activity is not null; activity = activity.Parent)
                if (activity.GetTagItem(Tag) is not null) return true;
            return false;
        }
    }
}

using Yarp.ReverseProxy.Model;

namespace Gateway.Http;

/// <summary>Counts refusals, and tells the operator of each in one line why: which route, which check, which credential. The line
/// holds no token, no cookie's value and no query.</summary>
internal sealed partial class RefusalLog(RefusalMetrics metrics, RecentRefusals recent, TimeProvider time, ILogger<RefusalLog> logger)
{
    /// <summary>Lines of one kind within ten seconds.</summary>
    public const int Most = 10;

    private readonly LineBudget _budget = new(time, Most, TimeSpan.FromSeconds(10));

    /// <summary>Logs a request that the gateway answers itself.</summary>
    public void Refused(HttpContext context, Refusal refusal)
    {
        bool isManagement = ManagementListener.Serves(context);
        // The metric counts what did not reach a backend; nothing of the management listener could have.
        if (!isManagement) metrics.Refused(refusal.Status, refusal.Cause);
        // What is wrong in a call of the management API is told to its caller; faults and backends have lines of their own.
        if (isManagement ? refusal.Status is 401 or 403 or 503 : refusal.IsRefusal)
            Refused(context, isManagement ? "management" : RouteOf(context), refusal);
    }

    /// <summary>Logs a call that was refused in the form of a dialect.</summary>
    public void Refused(HttpContext context, string where, Refusal refusal)
    {
        recent.Add(context, where, refusal);
        if (!logger.IsEnabled(LogLevel.Information) || !_budget.TryTake(where, KindOf(refusal), out long more)) return;
        RefusedLine(logger, refusal.Status, where, Why(refusal), TraceId.Of(context), HeldBack(more));
    }

    /// <summary>Logs one that goes on, because its route only reports (<c>Mode: Report</c>).</summary>
    public void Reported(HttpContext context, Refusal refusal)
    {
        if (context.Features.Get<Rehearsal>() is { } rehearsal)
        {
            rehearsal.Reported = refusal;
            return;
        }
        metrics.Reported(refusal.Status, refusal.Cause);
        string route = RouteOf(context);
        if (!logger.IsEnabled(LogLevel.Information) || !_budget.TryTake(route, "reported " + KindOf(refusal), out long more)) return;
        ReportedLine(logger, refusal.Status, route, Why(refusal), TraceId.Of(context), HeldBack(more));
    }

    /// <summary>Gives the route that a request has come to; before it is known, "none".</summary>
    public static string RouteOf(HttpContext context)
        => context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.RouteId ?? "none";

    /// <summary>Tells the operator why, on one line without a token, a cookie's value or a query.</summary>
    public string Why(Refusal refusal) => refusal.Reason?.ToLine(time.GetUtcNow()) ?? refusal.Detail?.TrimEnd('.') ?? refusal.Title;

    // The texts of checks are a fixed set; details are not.
    private static string KindOf(Refusal refusal) => refusal.Reason?.Check ?? refusal.Cause;

    private static string HeldBack(long more) => more == 0 ? "" : $"; {more} more like it since the last such line";

    [LoggerMessage(EventId = 800, Level = LogLevel.Information,
        Message = "Refused with {Status}, route {Route}: {Why}. Trace {Trace}{More}")]
    private static partial void RefusedLine(ILogger logger, int status, string route, string why, string trace, string more);

    [LoggerMessage(EventId = 801, Level = LogLevel.Information,
        Message = "Would be refused with {Status}, route {Route}: {Why}. It went on, for the route only reports. Trace {Trace}{More}")]
    private static partial void ReportedLine(ILogger logger, int status, string route, string why, string trace, string more);
}

using System.Diagnostics;
using OpenTelemetry;

namespace Gateway.Observability;

/// <summary>Takes every query out of the traces, for it may carry a token. The instrumentation redacts what stands behind a
/// <c>=</c> and keeps the rest: a token that stands alone would be sent.</summary>
internal sealed class QueryRemoval : BaseProcessor<Activity>
{
    private static readonly string[] Addresses = ["url.full", "http.url", "http.target"];

    public override void OnEnd(Activity data)
    {
        data.SetTag("url.query", null);
        foreach (string name in Addresses)
            if (data.GetTagItem(name) is string url && url.IndexOf('?') is >= 0 and var query) data.SetTag(name, url[..query]);
    }
}

using System.Net;

namespace Gateway.Http;

/// <summary>One request that was refused; what is shown of it is made only when somebody looks.</summary>
/// <param name="Path">As it came, without the query.</param>
internal sealed record RecentRefusal(
    DateTimeOffset At, Refusal Refusal, string Route, string Method, string Path, IPAddress? Address, string Trace);

using System.Net;
using System.Text.Json;

namespace Gateway.Realms;

/// <summary>What an application or a provider answered.</summary>
/// <param name="Status">Null when there was no answer: not in time, not reachable, too long, or too much asked at once.</param>
/// <param name="Body">The object of a 2xx answer; null when it was none.</param>
internal readonly record struct ProviderAnswer(HttpStatusCode? Status, JsonElement? Body);

using System.Net;
using System.Text.Json;

namespace Gateway.Realms;

/// <summary>What an application or a provider answered.</summary>
/// <param name="Status">Null when there was no answer: not in time, not reachable, or too long.</param>
/// <param name="Body">The object of a 2xx answer; null when it was none.</param>
/// <param name="Error">The member <c>error</c> of a refusal (RFC 6749 section 5.2); null where there is none.</param>
/// <param name="IsBusy">It was not asked: too many questions of this realm were on their way.</param>
internal readonly record struct ProviderAnswer(HttpStatusCode? Status, JsonElement? Body, string? Error = null, bool IsBusy = false);

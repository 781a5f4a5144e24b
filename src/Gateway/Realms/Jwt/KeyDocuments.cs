using System.Text.Json;
using Microsoft.IdentityModel.Protocols;

namespace Gateway.Realms.Jwt;

/// <summary>Fetches a provider's discovery document and key set, and remembers both, so that they can be kept for a
/// start without the provider.</summary>
/// <param name="requireHttps">Null: https except on loopback addresses.</param>
internal sealed class KeyDocuments(HttpClient http, bool? requireHttps) : IDocumentRetriever
{
    private readonly Dictionary<string, string> _fetched = [];

    public async Task<string> GetDocumentAsync(string address, CancellationToken cancel)
    {
        Uri uri = new(address);
        bool mustBeHttps = requireHttps ?? !uri.IsLoopback;
        if (mustBeHttps && uri.Scheme != Uri.UriSchemeHttps)
            throw new FormatException($"{address} is not https. Use https, or set RequireHttps to false.");
        using HttpResponseMessage answer = await http.GetAsync(uri, cancel);
        if (!answer.IsSuccessStatusCode) throw new HttpRequestException($"{address} answered {(int)answer.StatusCode}.");
        string text = await answer.Content.ReadAsStringAsync(cancel);
        _fetched[address] = text;
        return text;
    }

    public string Keep() => JsonSerializer.Serialize(_fetched, KeptJson.Default.DictionaryStringString);

    /// <summary>Serves what was kept instead of fetching.</summary>
    public sealed class Kept(Dictionary<string, string> documents) : IDocumentRetriever
    {
        /// <summary>Reads it. Null when the text is not what <see cref="Keep"/> wrote.</summary>
        public static Kept? Read(string text)
        {
            try { return JsonSerializer.Deserialize(text, KeptJson.Default.DictionaryStringString) is { } documents
                ? new(documents)
                : null; }
            catch (JsonException) { return null; }
        }

        public Task<string> GetDocumentAsync(string address, CancellationToken cancel)
            => documents.TryGetValue(address, out string? text)
                ? Task.FromResult(text)
                : throw new FormatException($"{address} was not kept.");
    }
}

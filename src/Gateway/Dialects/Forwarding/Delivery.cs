using System.Globalization;

namespace Gateway.Dialects.Forwarding;

/// <summary>How one attempt to tell the application went.</summary>
/// <param name="Done">The application has answered for good; asking again would change nothing.</param>
/// <param name="Outcome">For the log: a status, never a body.</param>
internal readonly record struct Delivery(bool Done, string Outcome)
{
    private const int Unavailable = 14; // gRPC status codes

    public static async Task<Delivery> OfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        int status = (int)response.StatusCode;
        bool again = status is 408 or 425 or 429 or 500 or 502 or 503 or 504;
        string outcome = status.ToString(CultureInfo.InvariantCulture);
        if (again || response.Content.Headers.ContentType?.MediaType?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
            return new(!again, outcome);

        // gRPC tells its status in the trailers, which follow the message.
        await response.Content.CopyToAsync(Stream.Null, cancellation);
        string? grpc = Status(response.TrailingHeaders) ?? Status(response.Headers);
        return new(grpc != Unavailable.ToString(CultureInfo.InvariantCulture), $"grpc-status {grpc}");
    }

    private static string? Status(System.Net.Http.Headers.HttpResponseHeaders headers)
        => headers.TryGetValues("grpc-status", out IEnumerable<string>? values) ? string.Join(',', values) : null;
}

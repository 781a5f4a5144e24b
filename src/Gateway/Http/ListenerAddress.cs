namespace Gateway.Http;

/// <summary>An address to listen at, as Kestrel reads it.</summary>
internal static class ListenerAddress
{
    /// <summary>Reads it. Null when nobody could listen there.</summary>
    public static BindingAddress? Read(string? url)
    {
        try
        {
            if (url is not null && BindingAddress.Parse(url) is { Scheme: "http" or "https", Port: >= 0 and <= 65535 } address)
                return address;
        }
        catch (FormatException) { /* no address */ }
        catch (OverflowException) { /* likewise */ }
        return null;
    }

    public static string Complaint(string? url)
        => string.IsNullOrEmpty(url)
            ? "is missing; write it like http://127.0.0.1:8080."
            : $"'{url}' is no address to listen at; write it like http://127.0.0.1:8080.";
}

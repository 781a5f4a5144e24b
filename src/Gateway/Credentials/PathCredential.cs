namespace Gateway.Credentials;

/// <summary>A path that some server would divide into a path and a query, or parameters (reading rules 3 and 14), so that a
/// credential would stand where none was read.</summary>
internal static class PathCredential
{
    /// <summary>What is wrong, or null.</summary>
    public static string? Complaint(HttpRequest request, ReadingPlan plan)
    {
        string? path = request.Path.Value;
        if (string.IsNullOrEmpty(path) || !path.AsSpan().ContainsAny(";?#%")) return null;
        string reading = path;
        for (int decodings = 0; decodings <= 2; decodings++)
        {
            foreach (Range range in reading.AsSpan().SplitAny(";?#&/"))
            {
                ReadOnlySpan<char> part = reading.AsSpan()[range];
                int equals = part.IndexOf('=');
                if (equals < 0) continue;
                foreach (NamedLocation location in plan.Queries)
                    if (LenientName.CouldBe(part[..equals], location.Name)) return $"The path could be taken to hold {location.Name}. Send it in the query.";
                foreach (NamedLocation location in plan.Cookies)
                    if (LenientName.CouldBe(part[..equals], location.Name)) return $"The path could be taken to hold {location.Name}. Send it as a cookie.";
            }
            reading = Uri.UnescapeDataString(reading);
        }
        return null;
    }
}

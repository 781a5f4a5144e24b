using System.Globalization;

namespace Gateway.Store.Redis;

/// <summary>How a versioned value is written in Redis: its version and, unless it was removed, a space and the value.</summary>
internal static class VersionedForm
{
    public static string Write(VersionedValue value)
        => value.Version.ToString(CultureInfo.InvariantCulture) + (value.Value is null ? "" : " " + value.Value);

    public static VersionedValue Read(string? stored)
    {
        if (string.IsNullOrEmpty(stored)) return VersionedValue.None;
        int space = stored.IndexOf(' ');
        return space < 0
            ? new(long.Parse(stored, CultureInfo.InvariantCulture), null)
            : new(long.Parse(stored.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture), stored[(space + 1)..]);
    }
}

using System.Text;

namespace Gateway.Credentials;

/// <summary>The user and the password of a <c>Basic</c> credential (RFC 7617 section 2).</summary>
internal static class BasicCredential
{
    /// <summary>Reads it. Null for anything else.</summary>
    public static (string User, string Password)? Read(ReadOnlySpan<char> value)
    {
        int space = value.IndexOf(' ');
        if (space < 0 || !value[..space].Equals("Basic", StringComparison.OrdinalIgnoreCase)) return null;
        ReadOnlySpan<char> encoded = value[(space + 1)..].Trim(' ');
        byte[] bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64Chars(encoded, bytes, out int count)) return null;
        string pair = Encoding.UTF8.GetString(bytes, 0, count);
        int colon = pair.IndexOf(':');
        return colon < 0 ? null : (pair[..colon], pair[(colon + 1)..]);
    }
}

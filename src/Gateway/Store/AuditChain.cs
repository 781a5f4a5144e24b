using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Store;

/// <summary>
/// The chain that shows whether an entry of the audit was changed, taken out or put in. An entry's hash is the base64url of SHA-256 over
/// the hash before it, a line feed, and its fields in the order sequence, at (milliseconds since 1970), actor, action, target, outcome,
/// address, detail, trace, each as its length in bytes of UTF-8, a colon and the text, or as <c>-</c> where it is absent. The first entry
/// follows an empty hash.
/// </summary>
internal static class AuditChain
{
    /// <param name="previous">The hash of the entry before; empty for the first.</param>
    public static string Next(string previous, AuditEntry entry)
    {
        StringBuilder text = new StringBuilder(previous).Append('\n');
        foreach (string? field in (string?[])[Number(entry.Sequence), Number(entry.At.ToUnixTimeMilliseconds()), entry.Actor, entry.Action,
            entry.Target, entry.Outcome, entry.Address, entry.Detail, entry.Trace])
            if (field is null) text.Append('-');
            else text.Append(CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetByteCount(field)}:{field}");
        return Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);
}

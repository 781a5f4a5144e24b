using MimeKit;

namespace Gateway.TwoFactor;

/// <summary>Says which addresses mail can come from and go to: plain ASCII ones, since not every server takes others.</summary>
internal static class MailAddresses
{
    private const int Longest = 254;

    /// <summary>Tells whether this is one plain address, with nothing in it that could end a header or a command.</summary>
    public static bool IsPlain(string address) => address.Length is > 2 and <= Longest
        && address.All(c => c is > ' ' and < '\x7f' && !"<>()[]\\,;:\"".Contains(c))
        && address.IndexOf('@') is > 0 and var at && at == address.LastIndexOf('@') && at < address.Length - 1;

    /// <summary>Reads a sender, with a name or without: <c>gateway@example.org</c>, <c>Example Chat &lt;chat@example.org&gt;</c>.</summary>
    public static MailboxAddress? Sender(string text)
    {
        if (text.Any(char.IsControl) || !MailboxAddress.TryParse(text, out MailboxAddress? mailbox)) return null;
        return IsPlain(mailbox.Address) ? mailbox : null;
    }
}

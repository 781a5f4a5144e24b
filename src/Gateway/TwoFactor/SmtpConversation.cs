using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Gateway.TwoFactor;

/// <summary>One connection to a mail server: commands, replies and the turn to TLS.</summary>
internal sealed class SmtpConversation(TcpClient client) : IAsyncDisposable
{
    private const int LongestLine = 2048, MostLines = 100;

    private readonly byte[] _buffer = new byte[LongestLine];
    private Stream _stream = client.GetStream();
    private int _start, _end;

    /// <summary>From here on everything is encrypted. What was received before must have been used up: words that somebody
    /// put in front of the handshake would count as the server's (RFC 3207 section 6).</summary>
    public async Task Encrypt(SslClientAuthenticationOptions options, CancellationToken cancellation)
    {
        if (_start != _end) throw new SmtpReplyException("the server went on talking before TLS began");
        SslStream tls = new(_stream);
        _stream = tls;
        await tls.AuthenticateAsClientAsync(options, cancellation);
    }

    /// <returns>What the server offers, as in <c>STARTTLS</c> or <c>AUTH PLAIN LOGIN</c>.</returns>
    public async Task<string[]> Hello(CancellationToken cancellation)
    {
        IPAddress here = ((IPEndPoint)client.Client.LocalEndPoint!).Address;
        if (here.IsIPv4MappedToIPv6) here = here.MapToIPv4();
        string name = here.AddressFamily == AddressFamily.InterNetworkV6 ? $"[IPv6:{here}]" : $"[{here}]";
        List<string> lines = await Command("EHLO " + name, 250, cancellation);
        return [.. lines.Skip(1)];
    }

    /// <summary>RFC 4954: PLAIN (RFC 4616) where it is offered, else LOGIN.</summary>
    public async Task Authenticate(string user, string password, string[] offers, CancellationToken cancellation)
    {
        string[] mechanisms = offers.FirstOrDefault(offer => offer.StartsWith("AUTH ", StringComparison.OrdinalIgnoreCase))?.ToUpperInvariant().Split(' ') ?? [];
        if (mechanisms.Contains("PLAIN"))
        {
            await Command("AUTH PLAIN " + Base64($"\0{user}\0{password}"), 235, cancellation);
        }
        else if (mechanisms.Contains("LOGIN"))
        {
            await Command("AUTH LOGIN", 334, cancellation);
            await Command(Base64(user), 334, cancellation);
            await Command(Base64(password), 235, cancellation);
        }
        else throw new SmtpReplyException("the server offers neither AUTH PLAIN nor AUTH LOGIN, and Smtp:User is set");

        static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
    }

    public async Task<List<string>> Command(string command, int expected, CancellationToken cancellation)
    {
        await _stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellation);
        return await Expect(expected, cancellation);
    }

    /// <summary>The message, with leading dots doubled, and the lone dot that ends it (RFC 5321 section 4.5.2).</summary>
    public Task<List<string>> Data(string message, CancellationToken cancellation)
    {
        string body = message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal);
        return Command(body + (body.EndsWith("\r\n", StringComparison.Ordinal) ? "." : "\r\n."), 250, cancellation);
    }

    /// <returns>The texts of a reply's lines.</returns>
    /// <exception cref="SmtpReplyException">Another code; the server's words are not repeated, for they may repeat ours.</exception>
    public async Task<List<string>> Expect(int code, CancellationToken cancellation)
    {
        List<string> lines = [];
        while (lines.Count < MostLines)
        {
            string line = await Line(cancellation);
            if (line.Length < 3 || !int.TryParse(line.AsSpan(0, 3), out int got)) throw new SmtpReplyException("the server does not speak SMTP");
            lines.Add(line.Length > 4 ? line[4..] : "");
            if (line.Length > 3 && line[3] == '-') continue;
            // RFC 5321 section 4.3.2: 251 is as good as 250.
            return got == code || code == 250 && got == 251 ? lines : throw new SmtpReplyException($"the server answered {got} instead of {code}");
        }
        throw new SmtpReplyException("the server's reply has no end");
    }

    private async Task<string> Line(CancellationToken cancellation)
    {
        while (true)
        {
            int newline = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (newline >= 0)
            {
                string line = Encoding.Latin1.GetString(_buffer, _start, newline).TrimEnd('\r');
                _start += newline + 1;
                if (_start == _end) _start = _end = 0;
                return line;
            }
            if (_start > 0) _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            if (_end == _buffer.Length) throw new SmtpReplyException("the server's reply is too long");
            int read = await _stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0) throw new IOException("the server hung up");
            _end += read;
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}

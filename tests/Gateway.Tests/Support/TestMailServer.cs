using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Tests.Support;

/// <summary>A mail server in this process: it takes every mail and keeps it. Its greeting and its offers can be changed.</summary>
internal sealed class TestMailServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _accepting;

    public TestMailServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public ConcurrentQueue<Mail> Mails { get; } = new();

    /// <summary>Every line that a client sent.</summary>
    public ConcurrentQueue<string> Lines { get; } = new();

    public string Offers { get; set; } = "250-test\r\n250 8BITMIME\r\n";

    /// <summary>Replaces the answer to a command, by its first word; <c>.</c> is the end of a mail, which is taken whatever the
    /// answer. An empty one hangs up.</summary>
    public Func<string, string?> Answer { get; set; } = _ => null;

    /// <summary>After the answer to this command it hangs up.</summary>
    public string? Last { get; set; }

    /// <summary>What each command waits for before it is answered.</summary>
    public Func<string, Task> Before { get; set; } = _ => Task.CompletedTask;

    /// <summary>The code in the last mail, without its group mark.</summary>
    public string LastCode() => CodeOf(Mails.Last());

    /// <summary>The code in a mail, without its group mark.</summary>
    public static string CodeOf(Mail mail)
    {
        string text = mail.Text;
        int dash = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        string line = text[dash..].Split("\r\n").Single(line => line.Length == 7 && line[3] == '-');
        return line.Remove(3, 1);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(_stopping.Token));
        }
        // The listener may be stopped between two calls to it.
        catch (Exception error) when (_stopping.IsCancellationRequested
            && error is OperationCanceledException or InvalidOperationException or SocketException) { }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient owned = client;
        try
        {
            using StreamReader reader = new(client.GetStream(), Encoding.ASCII);
            await using StreamWriter writer = new(client.GetStream(), Encoding.ASCII) { AutoFlush = true };
            await writer.WriteAsync(Answer("CONNECT") ?? "220 test\r\n");
            string from = "", to = "";
            while (await reader.ReadLineAsync(_stopping.Token) is { } line)
            {
                Lines.Enqueue(line);
                string word = line.Split(' ', ':')[0];
                await Before(word).WaitAsync(_stopping.Token);
                if (Answer(word) is { } answer)
                {
                    if (answer.Length == 0) return;
                    await writer.WriteAsync(answer);
                    if (word == Last) return;
                    continue;
                }
                if (word == "MAIL") from = line;
                if (word == "RCPT") to = line;
                if (word == "EHLO") await writer.WriteAsync(Offers);
                else if (word == "QUIT") { await writer.WriteAsync("221 bye\r\n"); return; }
                else if (word == "DATA")
                {
                    await writer.WriteAsync("354 go on\r\n");
                    StringBuilder text = new();
                    while (await reader.ReadLineAsync(_stopping.Token) is { } next && next != ".")
                        text.Append(next.StartsWith('.') ? next[1..] : next).Append("\r\n");
                    Mails.Enqueue(new(from, to, text.ToString()));
                    await Before(".").WaitAsync(_stopping.Token);
                    string taken = Answer(".") ?? "250 taken\r\n";
                    if (taken.Length == 0) return;
                    await writer.WriteAsync(taken);
                }
                else await writer.WriteAsync("250 ok\r\n");
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException) { }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
    }
}

using System.Security.Cryptography;
using System.Text;

namespace Gateway.Store.Redis;

/// <summary>A Lua script, sent by its digest and in full only to a server that does not know it yet.</summary>
internal sealed class RedisScript
{
    /// <param name="evenWhenFull">It runs also where Redis holds as much as its <c>maxmemory</c> lets it: what it writes is small, or makes
    /// room.</param>
    public RedisScript(string text, bool evenWhenFull = false)
    {
        Text = evenWhenFull ? "#!lua flags=allow-oom\n" + text : text;
        Digest = SHA1.HashData(Encoding.UTF8.GetBytes(Text));
    }

    public string Text { get; }

    /// <summary>What EVALSHA takes: SHA-1, as Redis defines it.</summary>
    public byte[] Digest { get; }
}

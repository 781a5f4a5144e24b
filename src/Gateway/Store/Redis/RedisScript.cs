using System.Security.Cryptography;
using System.Text;

namespace Gateway.Store.Redis;

/// <summary>A Lua script, sent by its digest and in full only to a server that does not know it yet.</summary>
internal sealed class RedisScript(string text)
{
    public string Text => text;

    /// <summary>What EVALSHA takes: SHA-1, as Redis defines it.</summary>
    public byte[] Digest { get; } = SHA1.HashData(Encoding.UTF8.GetBytes(text));
}

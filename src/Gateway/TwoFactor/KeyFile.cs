using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Gateway.TwoFactor;

/// <summary>Encrypts the key ring (AES-256-GCM) with a file of 32 random bytes in base64, so that whoever gets hold of the store
/// alone, or of a copy of it, cannot read a secret. In a cluster every node has the same file.</summary>
internal sealed class KeyFile(string path, bool create) : IXmlEncryptor
{
    private const int KeyBytes = 32;
    private byte[]? _key;

    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(AesGcm.NonceByteSizes.MaxSize);
        byte[] plain = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        byte[] cipher = new byte[plain.Length], tag = new byte[AesGcm.TagByteSizes.MaxSize];
        using AesGcm aes = new(Key(create), tag.Length);
        aes.Encrypt(nonce, plain, cipher, tag);
        CryptographicOperations.ZeroMemory(plain);
        return new(new XElement("keyFile", Convert.ToBase64String([.. nonce, .. tag, .. cipher])), typeof(KeyFileDecryptor));
    }

    public XElement Decrypt(XElement encrypted)
    {
        ReadOnlySpan<byte> bytes = Convert.FromBase64String(encrypted.Value);
        int nonce = AesGcm.NonceByteSizes.MaxSize, tag = AesGcm.TagByteSizes.MaxSize;
        byte[] plain = new byte[bytes.Length - nonce - tag];
        using AesGcm aes = new(Key(createNow: false), tag);
        aes.Decrypt(bytes[..nonce], bytes[(nonce + tag)..], bytes[nonce..(nonce + tag)], plain);
        return XElement.Parse(Encoding.UTF8.GetString(plain));
    }

    /// <exception cref="CryptographicException">The file is missing, cannot be read, or holds something else.</exception>
    private byte[] Key(bool createNow)
    {
        if (_key is not null) return _key;
        try
        {
            if (createNow && !File.Exists(path)) Create();
            byte[] key = Convert.FromBase64String(File.ReadAllText(path).Trim());
            return key.Length == KeyBytes ? _key = key
                : throw new CryptographicException(
                    $"The key file {path} does not hold 32 bytes in base64. Make one with: openssl rand -base64 32");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new CryptographicException($"The key file {path} cannot be read: {error.Message}", error);
        }
    }

    // Written aside and moved, so that nobody reads half of it and the first of two wins.
    private void Create()
    {
        string aside = $"{path}.{Guid.NewGuid():N}";
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (FileStream file = new(aside, options))
        {
            file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
            file.Flush(flushToDisk: true);
        }
        try { File.Move(aside, path, overwrite: false); }
        catch (IOException) when (File.Exists(path)) { File.Delete(aside); }
    }
}

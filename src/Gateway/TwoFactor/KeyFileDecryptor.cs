using System.Security.Cryptography;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Gateway.TwoFactor;

/// <summary>Decrypts a key of the ring. Data Protection makes one, by name, for each key that <see cref="KeyFile"/> has
/// encrypted.</summary>
internal sealed class KeyFileDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) => services.GetService<KeyFile>() is { } file
        ? file.Decrypt(encryptedElement)
        : throw new CryptographicException("The key ring is encrypted with a key file, and TwoFactor:KeyFile names none.");
}

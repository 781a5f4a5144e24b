using System.Xml.Linq;
using Gateway.Store;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Gateway.TwoFactor;

/// <summary>Keeps the Data Protection key ring as one value of the shared store. Data Protection asks synchronously, so it is
/// only used on the slow lane.</summary>
internal sealed class KeyRing(IVersionedStore store) : IXmlRepository
{
    private const string Key = "keys";
    private bool _sawNone;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        VersionedValue stored = Read();
        Volatile.Write(ref _sawNone, stored.Value is null);
        return stored.Value is null ? [] : [.. XElement.Parse(stored.Value).Elements()];
    }

    /// <summary>Adds a key. When two nodes begin a ring at the same time the first one's key is everyone's: the other is
    /// dropped here, and Data Protection, which reads the ring again after it has written, takes the first.</summary>
    public void StoreElement(XElement element, string friendlyName)
    {
        bool beginning = Volatile.Read(ref _sawNone);
        while (true)
        {
            VersionedValue stored = Read();
            if (stored.Value is not null && beginning) return;
            XElement ring = stored.Value is null ? new XElement("keys") : XElement.Parse(stored.Value);
            ring.Add(element);
            string text = ring.ToString(SaveOptions.DisableFormatting);
            if (store.ReplaceAsync(Keyspace.SecondFactors, Key, stored, text, CancellationToken.None).GetAwaiter().GetResult()) return;
        }
    }

    private VersionedValue Read() => store.ReadAsync(Keyspace.SecondFactors, Key, CancellationToken.None).GetAwaiter().GetResult();
}

using System.Xml.Linq;
using Gateway.Store;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Gateway.TwoFactor;

/// <summary>The Data Protection key ring as one value of the shared store. Data Protection asks synchronously, so it is
/// only used on the slow lane.</summary>
internal sealed class KeyRing(ISecondFactorStore store) : IXmlRepository
{
    private const string Key = "keys";
    private bool _sawNone;

    public IReadOnlyCollection<XElement> GetAllElements()
    {
        string? stored = store.Read(Key, CancellationToken.None).GetAwaiter().GetResult();
        Volatile.Write(ref _sawNone, stored is null);
        return stored is null ? [] : [.. XElement.Parse(stored).Elements()];
    }

    /// <summary>Adds a key. When two nodes begin a ring at the same time the first one's key is everyone's: the other is
    /// dropped here, and Data Protection, which reads the ring again after it has written, takes the first.</summary>
    public void StoreElement(XElement element, string friendlyName)
    {
        bool beginning = Volatile.Read(ref _sawNone);
        while (true)
        {
            string? stored = store.Read(Key, CancellationToken.None).GetAwaiter().GetResult();
            if (stored is not null && beginning) return;
            XElement ring = stored is null ? new XElement("keys") : XElement.Parse(stored);
            ring.Add(element);
            if (store.Replace(Key, stored, ring.ToString(SaveOptions.DisableFormatting), null, CancellationToken.None).GetAwaiter().GetResult()) return;
        }
    }
}

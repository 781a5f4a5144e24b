using Gateway.Configuration;

namespace Gateway.Realms;

/// <summary>Realms by name; names match <c>[A-Za-z0-9_-]+</c>.</summary>
internal sealed class RealmsOptions : Dictionary<string, RealmOptions>, IPresets
{
    public void Fill()
    {
        foreach ((string name, RealmOptions realm) in this.ToArray()) this[name] = RealmPresets.Fill(realm);
    }
}

namespace Gateway.Configuration;

/// <summary>Gives what was read from gateway.json to ASP.NET Core's configuration, and takes a new version as a whole.</summary>
internal sealed class GatewayFileProvider(string path, byte[]? bytes, Dictionary<string, string?> data)
    : ConfigurationProvider, IConfigurationSource
{
    public string Path { get; } = path;

    /// <summary>The file as it was at the start; null when it could not be read.</summary>
    public byte[]? Bytes { get; } = bytes;

    public IReadOnlyDictionary<string, string?> Current { get; private set; } = data;

    public override void Load() => Data = new Dictionary<string, string?>(Current, StringComparer.OrdinalIgnoreCase);

    /// <summary>Publishes a version that was checked before.</summary>
    public void Replace(Dictionary<string, string?> data)
    {
        Current = data;
        Load();
        OnReload();
    }

    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;
}

namespace Gateway.Configuration;

/// <summary>The folder of the configuration file, or the working directory when there is none: what relative paths in
/// the configuration are relative to.</summary>
internal sealed record ConfigurationFolder(string Path)
{
    public string Resolve(string path) => System.IO.Path.GetFullPath(path, Path);
}

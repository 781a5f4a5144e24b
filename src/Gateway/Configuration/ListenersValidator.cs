using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Configuration;

/// <summary>Where the gateway is to listen: addresses that can be read, and no two listeners on one port.</summary>
internal sealed class ListenersValidator(List<Problem> problems, ConfigurationFolder folder)
{
    public void Validate(IConfiguration configuration, ManagementOptions management)
    {
        Kestrel(configuration);
        IConfigurationSection[] endpoints = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren()];
        List<(string Path, BindingAddress Address)> taken = [];
        if (endpoints.Length == 0)
            foreach (string url in Listeners.Urls(configuration))
                if (Read(url, "Urls") is { } address) taken.Add(("Urls", address));
        foreach (IConfigurationSection endpoint in endpoints)
            if (Read(endpoint["Url"], endpoint.Path + ":Url") is { } address) taken.Add((endpoint.Path + ":Url", address));

        const string path = "Gateway:Management:Url";
        if (Read(management.Url, path) is not { } own) return;
        if (own.PathBase.Length > 0) problems.Add(new(path, $"'{management.Url}' holds a path; write only scheme, host and port."));
        foreach ((string other, BindingAddress address) in taken)
            if (address.Port == own.Port && own.Port != 0) problems.Add(new(path, $"the port {own.Port} is also that of {other}. The management listener needs one of its own."));
    }

    private void Kestrel(IConfiguration configuration)
    {
        List<Problem> found = [];
        KestrelSection kestrel = new StrictBinder(found).Bind<KestrelSection>(configuration.GetSection("Kestrel"));
        // Limits have no one type that could be read strictly; Kestrel's own binding is tried below.
        problems.AddRange(found.Where(problem => !problem.Path.StartsWith("Kestrel:Limits", StringComparison.OrdinalIgnoreCase)));
        try { configuration.GetSection("Kestrel:Limits").Bind(new KestrelServerLimits(), binder => binder.ErrorOnUnknownConfiguration = true); }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException) { problems.Add(new("Kestrel:Limits", (error.InnerException ?? error).Message)); }

        if (kestrel.Endpoints.ContainsKey(Listeners.ManagementEndpoint)) problems.Add(new($"Kestrel:Endpoints:{Listeners.ManagementEndpoint}", "is the gateway's own name for the management listener; choose another one, and set Gateway:Management:Url for that listener."));
        foreach ((string name, KestrelSection.Endpoint endpoint) in kestrel.Endpoints)
        {
            Files(endpoint.Certificate, $"Kestrel:Endpoints:{name}:Certificate");
            foreach ((string host, KestrelSection.Sni sni) in endpoint.Sni) Files(sni.Certificate, $"Kestrel:Endpoints:{name}:Sni:{host}:Certificate");
        }
        foreach ((string name, KestrelSection.Certificate certificate) in kestrel.Certificates) Files(certificate, $"Kestrel:Certificates:{name}");
    }

    private void Files(KestrelSection.Certificate? certificate, string path)
    {
        foreach ((string? file, string key) in ((string?, string)[])[(certificate?.Path, "Path"), (certificate?.KeyPath, "KeyPath")])
            if (file is not null && !File.Exists(folder.Resolve(file))) problems.Add(new($"{path}:{key}", $"the file {folder.Resolve(file)} does not exist. Paths are relative to the configuration file."));
    }

    private BindingAddress? Read(string? url, string path)
    {
        try
        {
            if (url is not null && BindingAddress.Parse(url) is { Scheme: "http" or "https", Port: >= 0 and <= 65535 } address) return address;
        }
        catch (FormatException) { /* reported below */ }
        catch (OverflowException) { /* likewise */ }
        problems.Add(new(path, string.IsNullOrEmpty(url) ? "is missing; write it like http://127.0.0.1:8080." : $"'{url}' is no address to listen at; write it like http://127.0.0.1:8080."));
        return null;
    }
}

using Microsoft.AspNetCore.Http;

namespace Gateway.Configuration;

/// <summary>Where the gateway is to listen: addresses that can be read, and no two listeners on one port.</summary>
internal sealed class ListenersValidator(List<Problem> problems)
{
    public void Validate(IConfiguration configuration, ManagementOptions management)
    {
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

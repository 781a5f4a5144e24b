using Gateway.Configuration;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Http;

/// <summary>Checks <c>Urls</c> and the section <c>Kestrel</c>: its keys, addresses that can be read, certificates that are there.</summary>
internal sealed class ListenersValidator : IConfigurationValidator
{
    public void Validate(Checks checks)
    {
        Kestrel(checks);
        foreach ((string path, string? url) in Listeners.Public(checks.Configuration))
            if (ListenerAddress.Read(url) is null) checks.Add(path, ListenerAddress.Complaint(url));
    }

    private static void Kestrel(Checks checks)
    {
        // Limits have no one type that could be read strictly; Kestrel's own binding is tried.
        KestrelSection kestrel = checks.Bind<KestrelSection>("Kestrel", except: "Limits");
        try
        {
            checks.Configuration.GetSection("Kestrel:Limits")
                .Bind(new KestrelServerLimits(), binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            checks.Add("Kestrel:Limits", (error.InnerException ?? error).Message);
        }

        foreach ((string key, string? name) in ((string, string?)[])[
            (nameof(kestrel.RequestHeaderEncoding), kestrel.RequestHeaderEncoding),
            (nameof(kestrel.ResponseHeaderEncoding), kestrel.ResponseHeaderEncoding)])
            if (HeaderEncoding.Complaint(name) is { } complaint) checks.Add($"Kestrel:{key}", complaint);

        const string own = Listeners.ManagementEndpoint;
        checks.That(!kestrel.Endpoints.ContainsKey(own), $"Kestrel:Endpoints:{own}",
            "is the gateway's own name for the management listener; choose another one, and set Gateway:Management:Url for that listener.");
        foreach ((string name, KestrelSection.Endpoint endpoint) in kestrel.Endpoints)
        {
            Files(endpoint.Certificate, checks.At($"Kestrel:Endpoints:{name}:Certificate"));
            foreach ((string host, KestrelSection.Sni sni) in endpoint.Sni)
                Files(sni.Certificate, checks.At($"Kestrel:Endpoints:{name}:Sni:{host}:Certificate"));
        }
        foreach ((string name, KestrelSection.Certificate certificate) in kestrel.Certificates)
            Files(certificate, checks.At($"Kestrel:Certificates:{name}"));
    }

    private static void Files(KestrelSection.Certificate? certificate, Checks checks)
    {
        if (certificate is null) return;
        checks.File(certificate.Path, "Paths are relative to the configuration file.");
        checks.File(certificate.KeyPath, "Paths are relative to the configuration file.");
    }
}

using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Http;

/// <summary>The keys that Kestrel reads in its section, so that a mistyped one is found before it is not obeyed.</summary>
internal sealed record KestrelSection
{
    public Dictionary<string, Endpoint> Endpoints { get; init; } = [];
    public Dictionary<string, Certificate> Certificates { get; init; } = [];
    public Endpoint? EndpointDefaults { get; init; }

    /// <summary>The gateway's own, in YARP's words: how the bytes of a request's header values are read; default UTF-8.</summary>
    public string? RequestHeaderEncoding { get; init; }

    /// <summary>The gateway's own, in YARP's words: how an answer's header values are written; default ASCII.</summary>
    public string? ResponseHeaderEncoding { get; init; }

    internal record Sni
    {
        public HttpProtocols? Protocols { get; init; }
        public List<SslProtocols> SslProtocols { get; init; } = [];
        public Certificate? Certificate { get; init; }
        public ClientCertificateMode? ClientCertificateMode { get; init; }
    }

    internal sealed record Endpoint : Sni
    {
        public string? Url { get; init; }
        public Dictionary<string, Sni> Sni { get; init; } = [];
    }

    internal sealed record Certificate
    {
        public string? Path { get; init; }
        public string? KeyPath { get; init; }
        public string? Password { get; init; }
        public string? Subject { get; init; }
        public string? Store { get; init; }
        public string? Location { get; init; }
        public bool? AllowInvalid { get; init; }
    }
}

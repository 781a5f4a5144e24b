using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.EndToEnd.Support;

/// <summary>A real mail server (aiosmtpd) that keeps what it takes.</summary>
internal sealed class MailServerProcess : IAsyncDisposable
{
    private static readonly string Script = Path.Combine(Repository.Root, "tests", "Gateway.EndToEnd", "python", "mail_server.py");
    private readonly TempFolder _folder = new();
    private ChildProcess _process = null!;

    public int Port { get; } = FreePort.Take();

    /// <summary>The server's own certificate, which nobody has signed; with <c>tls</c>.</summary>
    public string CertificateFile => _folder["certificate.pem"];

    public IReadOnlyList<JsonNode> Mails
        => [.. _process.Output.Split('\n').Where(line => line.StartsWith("MAIL ", StringComparison.Ordinal))
            .Select(line => JsonNode.Parse(line[5..])!)];

    public static async Task<MailServerProcess> StartAsync(bool tls = false, string? user = null, string? password = null,
        string? mechanism = null, string? token = null, bool rude = false)
    {
        MailServerProcess server = new();
        List<string> arguments = [Script, "--port", $"{server.Port}"];
        if (tls) arguments.AddRange(["--certificate", server.MakeCertificate(), "--key", server._folder["key.pem"]]);
        if (user is not null)
            arguments.AddRange(["--user", user, .. (string[])(token is null ? ["--password", password!] : ["--token", token])]);
        if (rude) arguments.Add("--rude");
        if (mechanism is not null) arguments.AddRange(["--mechanism", mechanism]);
        server._process = ChildProcess.Start(await PythonAsync(), arguments);
        await server._process.WaitForOutputAsync("LISTENING");
        return server;
    }

    /// <summary>Waits for that many mails and returns the code in the last one, without its group mark.</summary>
    public async Task<string> CodeAsync(int mails = 1)
    {
        await Eventually.TrueAsync(() => Mails.Count >= mails, what: $"{mails} mails have come");
        return Regex.Match((string)Mails[^1]["text"]!, @"^([0-9]{3})-([0-9]{3})\r?$", RegexOptions.Multiline) is { Success: true } code
            ? code.Groups[1].Value + code.Groups[2].Value
            : throw new InvalidOperationException("The mail has no code.");
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    // The system's Python has the system's packages; another one may stand before it in the path.
    private static async Task<string> PythonAsync()
    {
        await using ChildProcess probe = ChildProcess.Start("python3", ["-c", "import aiosmtpd"]);
        return await probe.ExitAsync() == 0 ? "python3" : "/usr/bin/python3";
    }

    private string MakeCertificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(
            new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _folder.Write("key.pem", key.ExportPkcs8PrivateKeyPem());
        return _folder.Write("certificate.pem", certificate.ExportCertificatePem());
    }
}

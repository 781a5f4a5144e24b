using System.Net;
using System.Net.Sockets;

namespace Gateway.Commands.Demo;

/// <summary>Where the demo listens, all on loopback. The well-known ports are tried first, so that the manual's calls
/// work as pasted; one that is taken is replaced by a free one.</summary>
internal sealed record DemoPorts(int Gateway, int Http2, int Management, int Provider, int Application)
{
    public const int DefaultGateway = 8080, DefaultHttp2 = 8081, DefaultManagement = 9901, DefaultProvider = 9900,
        DefaultApplication = 5000;

    public bool AreDefaults => this == new DemoPorts(DefaultGateway, DefaultHttp2, DefaultManagement, DefaultProvider, DefaultApplication);

    public string GatewayUrl => Url(Gateway);
    public string Http2Url => Url(Http2);
    public string ManagementUrl => Url(Management);
    public string ProviderUrl => Url(Provider);
    public string ApplicationUrl => Url(Application);

    public static string Url(int port) => $"http://127.0.0.1:{port}";

    /// <summary>Gives a port that was asked for, else the well-known one, else a free one.</summary>
    public static int Choose(int? asked, int wellKnown) => asked ?? (IsFree(wellKnown) ? wellKnown : Free());

    private static bool IsFree(int port)
    {
        try
        {
            using TcpListener listener = new(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int Free()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

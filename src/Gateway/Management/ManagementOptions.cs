using Gateway.Management.SignIn;

namespace Gateway.Management;

internal sealed record ManagementOptions
{
    /// <summary>The management listener; default loopback.</summary>
    public string Url { get; init; } = "http://127.0.0.1:9901";
    public List<ManagementKeyOptions> Keys { get; init; } = [];

    /// <summary>Realms at whose provider an operator may sign in to the page.</summary>
    public List<SignInOptions> SignIn { get; init; } = [];
}

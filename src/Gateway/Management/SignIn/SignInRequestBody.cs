using System.ComponentModel;

namespace Gateway.Management.SignIn;

/// <summary>What the page brings back from a provider.</summary>
internal sealed record SignInRequestBody
{
    [Description("The realm of the list.")]
    public string? Realm { get; init; }

    [Description("The authorization code.")]
    public string? Code { get; init; }

    [Description("The code verifier of PKCE.")]
    public string? Verifier { get; init; }

    [Description("The address of the page, as it was given to the provider.")]
    public string? RedirectUri { get; init; }
}

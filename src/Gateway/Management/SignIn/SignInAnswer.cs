namespace Gateway.Management.SignIn;

/// <summary>Where the page sends an operator to sign in.</summary>
internal sealed record SignInAnswer(string Realm, string AuthorizationEndpoint, string ClientId, string Scope, string? Resource);

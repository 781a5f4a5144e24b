namespace Gateway.Management.SignIn;

/// <summary>The token with which the page calls the API from now on.</summary>
internal sealed record SignedInAnswer(string Token);

namespace Gateway.Enforcement.Messages;

/// <summary>What ties a connection to a sign-in.</summary>
/// <param name="Order">How many calls had been heard by then.</param>
/// <param name="IsAnswered">A server has answered it, and told the user.</param>
internal sealed record DdpTie(int Order, MessageSignIn SignIn, bool IsAnswered);

namespace Gateway.Enforcement.Messages;

/// <summary>What a server answers to who has signed in (Meteor's accounts: <c>id</c>, <c>token</c>, <c>tokenExpires</c>).</summary>
internal sealed record DdpSignIn(string UserId, string Token, DateTimeOffset? Expires);

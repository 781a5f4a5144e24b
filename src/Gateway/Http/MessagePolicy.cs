namespace Gateway.Http;

/// <summary>What is read of the messages inside a WebSocket.</summary>
internal enum MessagePolicy
{
    /// <summary>Nothing: a connection belongs to whom its request shows.</summary>
    None = 0,

    /// <summary>Sign-ins and sign-outs of Meteor's Distributed Data Protocol, raw or in SockJS' framing.</summary>
    Ddp,
}

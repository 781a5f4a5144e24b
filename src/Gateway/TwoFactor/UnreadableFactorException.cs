using Gateway.Revocation;

namespace Gateway.TwoFactor;

/// <summary>A second factor cannot be decrypted with this node's keys. For whoever asks for it, it is not available; a list
/// goes on with the others.</summary>
internal sealed class UnreadableFactorException(Exception inner)
    : StoreUnavailableException("A second factor cannot be decrypted with this node's keys.", inner);

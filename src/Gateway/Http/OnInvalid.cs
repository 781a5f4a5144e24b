namespace Gateway.Http;

/// <summary>Route metadata <c>OnInvalid</c>: what becomes of a request whose credential does not verify. One that is revoked is refused
/// in any case.</summary>
internal enum OnInvalid
{
    /// <summary>401.</summary>
    Refuse,

    /// <summary>The credential is taken out, and the request goes on as if it had none.</summary>
    Anonymous,
}

namespace Gateway.Logout;

/// <summary>An Idempotency-Key came again with another request. Use a new key for a new request.</summary>
internal sealed class IdempotencyConflictException() : Exception("This Idempotency-Key was used for a different request.");

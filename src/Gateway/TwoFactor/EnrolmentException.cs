namespace Gateway.TwoFactor;

/// <summary>An enrolment that cannot be; the message says why and names the cure.</summary>
internal sealed class EnrolmentException(string message) : Exception(message);

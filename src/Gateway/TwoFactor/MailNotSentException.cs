namespace Gateway.TwoFactor;

/// <summary>A code could not be sent; what went wrong is in the log.</summary>
internal sealed class MailNotSentException() : Exception("The code could not be sent by e-mail.");

namespace Gateway.TwoFactor;

/// <summary>What came of a check of a second factor.</summary>
internal enum FactorVerdict { Passed, Required, Invalid, TooManyAttempts }

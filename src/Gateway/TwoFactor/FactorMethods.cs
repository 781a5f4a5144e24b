namespace Gateway.TwoFactor;

/// <summary>Names the methods as clients and commands do.</summary>
internal static class FactorMethods
{
    public const string Totp = "totp", Email = "email", Password = "password";

    public static readonly string[] All = [Totp, Email, Password];
}

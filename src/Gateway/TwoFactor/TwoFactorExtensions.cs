namespace Gateway.TwoFactor;

internal static class TwoFactorExtensions
{
    public static WebApplicationBuilder AddTwoFactor(this WebApplicationBuilder builder) => builder;
}

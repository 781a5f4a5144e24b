namespace Gateway.TwoFactor;

internal static class TwoFactorExtensions
{
    public static WebApplicationBuilder AddTwoFactor(this WebApplicationBuilder builder) => builder;

    /// <summary>Enrolment, under <c>/v1</c> of the management listener; the caller has been authenticated.</summary>
    public static IEndpointRouteBuilder MapTwoFactor(this IEndpointRouteBuilder management) => management;
}

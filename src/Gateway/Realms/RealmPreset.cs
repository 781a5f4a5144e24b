namespace Gateway.Realms;

/// <summary>Providers whose tokens and sessions the gateway knows: <see cref="RealmPresets"/>.</summary>
internal enum RealmPreset
{
    Keycloak,
    EntraId,
    EntraIdMultiTenant,
    AdFs,
    Auth0,
    Okta,
    Cognito,
    Google,
    Firebase,
    Zitadel,
    Hydra,
    Kratos,
    RocketChat,
    Duende,
    OpenIddict,
    Supabase,
    Clerk,
    AwsAlb,
    AspNetCookie,
}

namespace Gateway.Logout;

/// <summary>By what right somebody ends something; it decides what bounds him (<see cref="Admission"/>).</summary>
internal enum RevocationRight
{
    /// <summary>A key or a permission: anything of anybody's, also what nobody has seen.</summary>
    Administrator,

    /// <summary>The sessions are his own, as the registry knows, or as they turn out to be.</summary>
    Owner,

    /// <summary>He has shown the token of what he ends, so that there is one such fact for each token that was issued: nothing refuses
    /// it.</summary>
    Holder,

    /// <summary>Who issues the sessions says that they are over.</summary>
    Issuer,
}

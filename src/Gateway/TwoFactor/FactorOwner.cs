namespace Gateway.TwoFactor;

/// <summary>Names whose factors they are: ids are exact and mean something only inside their realm.</summary>
internal readonly record struct FactorOwner(string Realm, string User)
{
    private const string Prefix = "factors:";

    // A realm's name has no colon, so no two owners share a key.
    public string Key => $"{Prefix}{Realm}:{User}";

    public string MailedKey => $"mailed:{Realm}:{User}";

    /// <summary>As the audit names him.</summary>
    public string FullName => $"user {Realm}/{User}";

    /// <summary>Tells what the keys of a realm's users begin with, or of everybody's.</summary>
    public static string KeysOf(string? realm) => realm is null ? Prefix : $"{Prefix}{realm}:";

    public static FactorOwner Parse(string key)
    {
        int colon = key.IndexOf(':', Prefix.Length);
        return new(key[Prefix.Length..colon], key[(colon + 1)..]);
    }
}

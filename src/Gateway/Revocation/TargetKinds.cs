namespace Gateway.Revocation;

internal static class TargetKinds
{
    extension(TargetKind kind)
    {
        /// <summary>The word in answers, the audit and metrics.</summary>
        public string Word => kind switch
        {
            TargetKind.Session => "session",
            TargetKind.Token => "token",
            TargetKind.Subject => "subject",
            TargetKind.Client => "client",
            TargetKind.Realm => "realm",
            _ => "none",
        };
    }
}

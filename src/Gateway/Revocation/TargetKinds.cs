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

        /// <summary>Whether it ends all that was authenticated up to an instant.</summary>
        public bool IsCutOff => kind >= TargetKind.Subject;
    }
}

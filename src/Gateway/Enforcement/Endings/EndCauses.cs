namespace Gateway.Enforcement.Endings;

internal static class EndCauses
{
    extension(EndCause cause)
    {
        /// <summary>The word in metrics.</summary>
        public string Word => cause switch
        {
            EndCause.Session => "session",
            EndCause.Token => "token",
            EndCause.Subject => "subject",
            EndCause.Client => "client",
            EndCause.Realm => "realm",
            EndCause.Expired => "expired",
            EndCause.Stale => "stale",
            EndCause.Stopping => "stopping",
            EndCause.Unreadable => "unreadable",
            EndCause.Unavailable => "unavailable",
            _ => "none",
        };

        /// <summary>Whether the session itself is over; otherwise only this node cannot go on, and the client may come again.</summary>
        public bool EndsSession => cause
            is not (EndCause.None or EndCause.Stale or EndCause.Stopping or EndCause.Unreadable or EndCause.Unavailable);
    }
}

namespace Gateway.Dialects;

/// <summary>What can go wrong with any dialect's call; each dialect has its own words for it.</summary>
internal enum DialectFailure
{
    /// <summary>400: the request can be read in two ways, or in none.</summary>
    BadRequest,

    /// <summary>401: the caller's session is over.</summary>
    Unauthenticated,

    /// <summary>403: the caller is known and may not do this.</summary>
    Forbidden,

    /// <summary>429: there is no budget for it now, and it would end nothing that is known to be alive; nothing has changed.</summary>
    TooMany,

    /// <summary>409, or what the vendor has for it: an administrator must confirm how many sessions end; nothing has changed.</summary>
    Unconfirmed,

    /// <summary>413.</summary>
    TooLarge,

    /// <summary>503: the log cannot take it, or this node cannot tell now; nothing has changed.</summary>
    Unavailable,

    /// <summary>503: the log gave no answer; it may have been recorded, and the call may be repeated.</summary>
    Unknown,

    /// <summary>500: a fault of the gateway itself.</summary>
    Fault,
}

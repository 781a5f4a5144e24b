namespace Gateway.Revocation;

/// <summary>What is known of the effect of a call that the store could not answer (rule R18).</summary>
internal enum StoreEffect
{
    /// <summary>It may have had one.</summary>
    Unknown,

    /// <summary>This call had none; what was sent before it may have.</summary>
    None,

    /// <summary>Neither this call nor an earlier one of the same fact had one, or ever will: their deadlines have passed.</summary>
    Never,
}

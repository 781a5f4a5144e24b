namespace Gateway.Tests.Cluster.Model;

/// <summary>Which rule a run leaves out.</summary>
public enum LeftOut
{
    Nothing,

    /// <summary>R1: a lease is usable at once, whether or not its head is applied.</summary>
    LeasesComeWithTheHead,

    /// <summary>R2: nobody notices that Redis began another life.</summary>
    Epochs,

    /// <summary>R3: a young epoch, and one under repair, is like any other.</summary>
    AYoungEpochWaits,

    /// <summary>R4: a node is fenced as soon as Redis' clock says so.</summary>
    TwoClocks,

    /// <summary>R5: a node acknowledges when it has read, before it has applied.</summary>
    AcknowledgedAfterApplying,

    /// <summary>R6: a request is checked before it enters the live connections, and not again when the answer begins.</summary>
    EnterThenCheck,
}

namespace Gateway.Configuration;

/// <summary>A section whose values may be filled from a preset, once it has been read and before it is checked.</summary>
internal interface IPresets
{
    /// <summary>Fills what the file leaves out.</summary>
    void Fill();
}

namespace Gateway.Configuration;

/// <summary>Finds what the keys of a section by themselves cannot show: values out of range, keys that need or exclude one
/// another, names that nothing bears, files that are missing. Each room has its own, beside its options.</summary>
internal interface IConfigurationValidator
{
    void Validate(Checks checks);
}

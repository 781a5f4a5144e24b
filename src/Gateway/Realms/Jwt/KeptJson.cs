namespace Gateway.Realms.Jwt;

[System.Text.Json.Serialization.JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class KeptJson : System.Text.Json.Serialization.JsonSerializerContext;

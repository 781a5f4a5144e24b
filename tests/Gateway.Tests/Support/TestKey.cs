using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Tests.Support;

/// <summary>A signing key with its name and algorithm (RS, PS, ES or HS with 256, 384 or 512).</summary>
internal sealed class TestKey
{
    private readonly RSA? _rsa;
    private readonly ECDsa? _ec;
    private readonly byte[]? _secret;

    public TestKey(string algorithm = "RS256", string? kid = null)
    {
        Algorithm = algorithm;
        Kid = kid ?? Guid.NewGuid().ToString("N")[..12];
        switch (algorithm[..2])
        {
            case "RS" or "PS": _rsa = RSA.Create(2048); break;
            case "ES": _ec = ECDsa.Create(Curve); break;
            case "HS": _secret = RandomNumberGenerator.GetBytes(64); break;
            default: throw new ArgumentException($"No such algorithm: {algorithm}", nameof(algorithm));
        }
    }

    public string Kid { get; }

    public string Algorithm { get; }

    private ECCurve Curve
        => Algorithm switch { "ES256" => ECCurve.NamedCurves.nistP256, "ES384" => ECCurve.NamedCurves.nistP384,
            _ => ECCurve.NamedCurves.nistP521 };

    private HashAlgorithmName Hash
        => Algorithm[2..] switch { "256" => HashAlgorithmName.SHA256, "384" => HashAlgorithmName.SHA384, _ => HashAlgorithmName.SHA512 };

    public byte[] Sign(byte[] data)
    {
        if (_rsa is not null) return _rsa.SignData(data, Hash, Algorithm[0] == 'P' ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
        if (_ec is not null) return _ec.SignData(data, Hash);
        return Algorithm[2..] switch
        {
            "256" => HMACSHA256.HashData(_secret!, data),
            "384" => HMACSHA384.HashData(_secret!, data),
            _ => HMACSHA512.HashData(_secret!, data),
        };
    }

    /// <summary>A member of a JSON Web Key Set (RFC 7517); for HS the secret itself.</summary>
    public JsonObject Jwk()
    {
        JsonObject jwk = new() { ["kid"] = Kid, ["alg"] = Algorithm, ["use"] = "sig" };
        if (_rsa is not null)
        {
            RSAParameters rsa = _rsa.ExportParameters(false);
            jwk["kty"] = "RSA";
            jwk["n"] = Base64Url.EncodeToString(rsa.Modulus);
            jwk["e"] = Base64Url.EncodeToString(rsa.Exponent);
        }
        else if (_ec is not null)
        {
            ECParameters ec = _ec.ExportParameters(false);
            jwk["kty"] = "EC";
            jwk["crv"] = Algorithm switch { "ES256" => "P-256", "ES384" => "P-384", _ => "P-521" };
            jwk["x"] = Base64Url.EncodeToString(ec.Q.X);
            jwk["y"] = Base64Url.EncodeToString(ec.Q.Y);
        }
        else
        {
            jwk["kty"] = "oct";
            jwk["k"] = Base64Url.EncodeToString(_secret);
        }
        return jwk;
    }

    /// <summary>A compact JWS (RFC 7515) over exactly these texts, however odd they are.</summary>
    public string Sign(string header, string payload)
    {
        string signed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header)) + "."
            + Base64Url.EncodeToString(Encoding.UTF8.GetBytes(payload));
        return signed + "." + Base64Url.EncodeToString(Sign(Encoding.ASCII.GetBytes(signed)));
    }
}

using System.Buffers.Binary;
using System.IO.Compression;

namespace Gateway.Dialects.Zitadel;

/// <summary>
/// The length-prefixed frames of gRPC and gRPC-Web: one byte of flags, four of length, the message. Grpc.AspNetCore is not used:
/// it answers every method of a service, those that are the application's too; it knows neither Connect nor the JSON codec; and
/// it would need the same service twice, for v2 and v2beta.
/// </summary>
internal static class Frames
{
    public const byte Compressed = 0x01;

    /// <summary>gRPC-Web's last frame, which holds the trailers.</summary>
    public const byte Trailers = 0x80;

    public static byte[] Write(byte flags, ReadOnlySpan<byte> message)
    {
        byte[] frame = new byte[5 + message.Length];
        frame[0] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(1), (uint)message.Length);
        message.CopyTo(frame.AsSpan(5));
        return frame;
    }

    /// <summary>Gives the one message of a unary request.</summary>
    /// <param name="encoding"><c>grpc-encoding</c>: what a set compression flag means.</param>
    /// <exception cref="ZitadelException">There is not exactly one whole message, or it is compressed in an unknown way.</exception>
    public static byte[] ReadOne(byte[] body, string? encoding)
    {
        if (body.Length == 0) throw new ZitadelException(new(StatusCode.Unimplemented, "unary request has zero messages"));
        if (body.Length < 5) throw Broken();
        byte flags = body[0];
        uint length = BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1));
        if ((flags & ~Compressed) != 0) throw Broken();
        if (length > DialectCall.MaxBody) throw new ZitadelException(ZitadelError.TooLarge);
        if (length > body.Length - 5) throw Broken();
        if (length < body.Length - 5) throw new ZitadelException(new(StatusCode.Unimplemented, "unary request has multiple messages"));
        byte[] message = body[5..];
        if ((flags & Compressed) == 0) return message;
        if (encoding is not "gzip")
            throw new ZitadelException(ZitadelError.Malformed("protocol error: compressed message without a compression"));
        return Inflate(message);
    }

    /// <summary>Undoes gzip, up to the size that any message may have.</summary>
    /// <exception cref="ZitadelException">It is no gzip, or too much.</exception>
    public static byte[] Inflate(byte[] compressed)
    {
        using GZipStream gzip = new(new MemoryStream(compressed), CompressionMode.Decompress);
        byte[] buffer = new byte[DialectCall.MaxBody + 1];
        try
        {
            int length = gzip.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            return length <= DialectCall.MaxBody ? buffer[..length] : throw new ZitadelException(ZitadelError.TooLarge);
        }
        catch (InvalidDataException)
        {
            throw new ZitadelException(ZitadelError.Malformed("the body is not gzip"));
        }
    }

    private static ZitadelException Broken() => new(ZitadelError.Malformed("protocol error: incomplete envelope"));
}

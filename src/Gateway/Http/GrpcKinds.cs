namespace Gateway.Http;

internal static class GrpcKinds
{
    extension(GrpcKind)
    {
        /// <summary>
        /// Gives the content type of an answer to a gRPC request: its own, without parameters, where a header can carry it.
        /// </summary>
        public static string Echo(string contentType)
        {
            int end = contentType.AsSpan().IndexOfAny(';', ' ', '\t');
            string media = end < 0 ? contentType : contentType[..end];
            return media.AsSpan().ContainsAnyExceptInRange('!', '~') ? "application/grpc" : media;
        }

        /// <summary>Reads it from a Content-Type value; parameters and message formats (<c>+proto</c>) do not matter.</summary>
        public static GrpcKind Of(string? contentType)
        {
            const string prefix = "application/grpc";
            if (contentType is null || !contentType.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return GrpcKind.None;
            ReadOnlySpan<char> rest = contentType.AsSpan(prefix.Length);
            if (Ends(rest)) return GrpcKind.Grpc;
            if (Is("-web-text", rest)) return GrpcKind.WebText;
            return Is("-web", rest) ? GrpcKind.Web : GrpcKind.None;

            static bool Is(string form, ReadOnlySpan<char> rest)
                => rest.StartsWith(form, StringComparison.OrdinalIgnoreCase) && Ends(rest[form.Length..]);

            static bool Ends(ReadOnlySpan<char> rest) => rest.IsEmpty || rest[0] is '+' or ';' or ' ' or '\t';
        }
    }
}

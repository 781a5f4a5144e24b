using Gateway.Store;

namespace Gateway.Http;

internal static class Actors
{
    extension(Actor)
    {
        /// <summary>Names the caller of a call that has been authenticated.</summary>
        public static Actor Of(HttpContext context)
            => Of(context, context.User.Identity?.Name
                ?? throw new InvalidOperationException("The caller of this call was not authenticated."));

        /// <summary>Names the caller of a call that goes by a name of its own.</summary>
        public static Actor Of(HttpContext context, string name)
            => new(name, context.Connection.RemoteIpAddress?.ToString(), TraceId.Of(context));
    }
}

using System.Buffers;
using Gateway.Realms;
using Gateway.Realms.Jwt;
using Gateway.Revocation;

namespace Gateway.Credentials;

/// <summary>Judges one copy: in each reading that some back end could have of it, by the realm whose token it is.</summary>
internal sealed class CopyJudge(RealmSet realms, TokenResolver tokens)
{
    private const string ChunksMissing = "chunks of the cookie are missing, or there twice";
    private const string OfNoRealm = "it is no token of a realm that is read here";

    private const int MostPieces = 16;

    private static readonly char[] DividersOfPieces = [' ', '\t', ',', ';', '=', ':', '"', '\'', '&'];
    private static readonly SearchValues<char> Dividers = SearchValues.Create(DividersOfPieces);

    // At which some reader divides a value, now or when it is decoded; padding at its end divides nothing.
    private static readonly SearchValues<char> DividersInside = SearchValues.Create(" \t,;\"'&=?#%");

    private readonly RealmChoice _choice = new(realms);
    private readonly Realm[] _all = [.. realms.All];

    /// <summary>Completes synchronously, and allocates nothing, for a JWT as it should be that was verified lately.</summary>
    public ValueTask<CopyVerdict> JudgeAsync(Copy copy, HttpContext context)
    {
        Reader reader = copy.Reader ?? copy.Location.Judges[0];
        if (copy.IsBroken) return new(new CopyVerdict(CopyFate.Invalid, [], [], reader.Realms[0]) { Reason = new(ChunksMissing) });
        if (copy.ShorterLength == 0 && copy.Place == CopyPlace.Exact && reader.HasJwts && JwtForm.IsPlain(copy.Text))
        {
            ValueTask<TokenResult> asked = AskAsync(reader, copy.Text, context, out Realm? realm);
            return asked.IsCompletedSuccessfully ? new(CopyVerdict.Of(asked.Result, realm)) : WaitAsync(asked, realm);
        }
        return JudgeReadingsAsync(copy, reader, context);
    }

    /// <summary>Gives a token that a caller names itself, whatever else its request carries.</summary>
    /// <param name="location">Where the token stands; null for the first location of the realm.</param>
    public ValueTask<TokenResult> ResolveAsync(string realm, CredentialLocation? location, string token, HttpContext context)
        => location is not null && realms.Find(realm) is { } found
            ? tokens.ResolveAsync(found, location, token, context.Request.Headers, context.RequestAborted)
            : tokens.ResolveAsync(realm, token, context.Request.Headers, context.RequestAborted);

    private static async ValueTask<CopyVerdict> WaitAsync(ValueTask<TokenResult> asked, Realm? realm) => CopyVerdict.Of(await asked, realm);

    private async ValueTask<CopyVerdict> JudgeReadingsAsync(Copy copy, Reader reader, HttpContext context)
    {
        CopyVerdict verdict = CopyVerdict.NoCopy;
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (string text in ValuesOf(copy))
        {
            if (copy.Place == CopyPlace.Exact && reader.TakesPadding && PaddedJwt.Is(text))
            {
                if (seen.Add(text))
                    verdict = verdict.Or(CopyVerdict.Of(await AskAsync(reader, text, context, out Realm? padded), padded));
                continue;
            }
            // Where no JWTs stand, what has their form and no issuer of ours is a token like any other, as a session that Flask has signed.
            if (_choice.HasIssuers && JwtForm.Of(text, out bool isRespelled) is { } token && (reader.HasJwts || MayBeOurs(token)))
            {
                // A JWT belongs to the realm of its issuer and to no other; in a location that has none of them it is nobody's.
                if (!reader.HasJwts) token = text;
                if (!seen.Add(token) || (copy.Place == CopyPlace.OtherScheme && IsOfOthers(token))) continue;
                CopyVerdict judged = CopyVerdict.Of(await AskAsync(reader, token, context, out Realm? realm), realm);
                // Rule 8a: lenient in the form, strict in what it is. Quotes and escapes are of cookies and queries, not of headers.
                bool isStrict = !isRespelled && (copy.IsInCookieOrQuery || token == text);
                verdict = verdict.Or(isStrict ? judged : judged.NotStrict());
            }
            else if (Array.Find(reader.Realms, static realm => realm.Jwt is null) is { } formless)
            {
                foreach (string spelled in (string[])[text, Unquoted(text)])
                {
                    if (!seen.Add(spelled) || spelled.Length == 0) continue;
                    verdict = verdict.Or(await JudgeFormlessAsync(copy, formless, reader, spelled, context));
                }
                if (PiecesOf(text, formless) is { Length: > 0 } pieces) verdict = verdict.Or(new(CopyFate.NoCopy, [], pieces, formless));
            }
        }
        return copy.IsInCookieOrQuery && _choice.HasIssuers && copy.Text.TrimEnd('=').ContainsAny(DividersInside)
            ? await WithTokensInsideAsync(verdict, copy, reader, seen, context) : verdict;
    }

    // What a reader would find that divides the value, before or after it decodes: each is asked whether it is over.
    private async ValueTask<CopyVerdict> WithTokensInsideAsync(CopyVerdict verdict, Copy copy, Reader reader, HashSet<string> seen,
        HttpContext context)
    {
        List<string> inside = [];
        string text = copy.Text.ToString();
        for (int decodings = 0; ; decodings++)
        {
            JwtForm.FindIn(text, inside);
            string decoded = LenientDecoding.Once(text);
            if (decodings == LenientDecoding.Most || ReferenceEquals(decoded, text)) break;
            text = decoded;
        }
        foreach (string token in inside.Distinct())
        {
            if (reader.HasJwts && seen.Contains(token)) continue;
            if (StrictJwt.Issuer(token) is null)
            {
                // Whose it is cannot be told, nor of which session: nothing around it makes it good.
                if (JwtForm.HasJsonPayload(token)) verdict = verdict.NotStrict();
            }
            // Of whichever realm it is: a location of another one is read by somebody as well.
            else if (_choice.Of(token, _all) is { Jwt: not null } realm)
            {
                TokenResult result = await tokens.ResolveAsync(realm, reader.Location, token, context.Request.Headers,
                    context.RequestAborted);
                verdict = verdict.Or(CopyVerdict.Of(result, realm).AsClaims());
            }
        }
        return verdict;
    }

    // What a reader would find of a token without a form who divides it at more than the rules do.
    private static SessionIdentity[] PiecesOf(string text, Realm realm)
        => !text.AsSpan().ContainsAny(Dividers) ? []
            : [.. text.Split(DividersOfPieces, MostPieces, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .SelectMany(static piece => TokenSpellings.Others(piece).Prepend(piece)).Select(spelled => Known(realm, spelled))];

    private static SessionIdentity Known(Realm realm, string token)
    {
        string fingerprint = Fingerprint.Of(token);
        return new(realm.Name, fingerprint, fingerprint: fingerprint);
    }

    private async ValueTask<CopyVerdict> JudgeFormlessAsync(Copy copy, Realm realm, Reader reader, string token, HttpContext context)
    {
        // Inside of Basic nothing tells it from a password: it is refused when it is known to be revoked, and never asked for.
        if (copy.Place == CopyPlace.OtherScheme)
            return new(CopyFate.NoCopy, [], [Known(realm, token)], realm);
        TokenResult result = await tokens.ResolveAsync(realm, reader.Location, token, context.Request.Headers, context.RequestAborted);
        // Only its seal tells of which session a tied cookie is. Without it, any of them could be one that is over.
        if (copy.Place == CopyPlace.Exact || realm.Tokens is OpaqueTokens { TiesRenewals: true }) return CopyVerdict.Of(result, realm);
        // It is most likely another application's: it is checked, but it is no session of its own, and it goes on when it is unknown.
        if (result.Failure == TokenFailure.Invalid)
            return result.Claimed is { } claimed ? new(CopyFate.NoCopy, [], [claimed], realm) : CopyVerdict.NoCopy;
        return result.Failure == TokenFailure.None && realm.Tokens is OpaqueTokens
            ? new(CopyFate.Good, [.. result.Identities.Select(static identity => identity.Alias(identity.Fingerprint!, asSession: true))],
                [], realm)
            : CopyVerdict.Of(result, realm);
    }

    private ValueTask<TokenResult> AskAsync(Reader reader, ReadOnlySpan<char> token, HttpContext context, out Realm? realm)
    {
        if (reader.Realms.Length > 1)
        {
            // A token that one of them has verified need not be read again to tell whose it is.
            foreach (Realm known in reader.Realms)
            {
                if (known.Jwt is null || !tokens.TryKnown(known, token, out TokenResult result)) continue;
                realm = known;
                return new(result);
            }
        }
        realm = reader.Realms.Length == 1 && reader.Realms[0].Jwt is not null ? reader.Realms[0] : _choice.Of(token, reader.Realms);
        if (realm is null) return new(TokenResult.Invalid with { Reason = UnverifiedJwt.Reason(OfNoRealm, token) });
        return tokens.ResolveAsync(realm, reader.Location, token, context.Request.Headers, context.RequestAborted);
    }

    // Some reader may find an issuer of ours in what cannot be read strictly.
    private bool MayBeOurs(string token) => JwtForm.HasJsonPayload(token) && !IsOfOthers(token);

    // Under another scheme a JWT of an issuer that no realm has is none of ours: GitLab's and Artifactory's own, inside of Basic.
    private bool IsOfOthers(string token) => StrictJwt.Issuer(token) is { } issuer && !_choice.IsIssuerOfAny(issuer);

    // Where readers end the value in different places, each end is a reading; a query is decoded once by everybody.
    private static IEnumerable<string> ValuesOf(Copy copy)
    {
        yield return Value(copy, copy.Length);
        if (copy.ShorterLength > 0) yield return Value(copy, copy.ShorterLength);
        // In queries, and by Rack in cookies too, a plus is a space.
        if (copy.IsInCookieOrQuery && copy.Text.Contains('+')) yield return LenientDecoding.Once(copy.Text.ToString().Replace('+', ' '));

        static string Value(Copy copy, int length)
        {
            string text = copy.Source.Substring(copy.Start, length);
            return copy.Header is null ? LenientDecoding.Once(text) : text;
        }
    }

    private static string Unquoted(string text) => text.Trim(' ', '\t', '"', '\'');
}

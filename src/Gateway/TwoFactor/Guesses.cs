using Gateway.Store;

namespace Gateway.TwoFactor;

/// <summary>Limits how often may be guessed, for each user and for each address, over the whole cluster. A try takes its tickets
/// before the code is looked at, and gives them back when it was right; so simultaneous tries do not get more.</summary>
internal sealed class Guesses(ISecondFactorStore store, TwoFactorOptions options)
{
    /// <returns>Null when there are no more: then the right code is refused like a wrong one.</returns>
    public async Task<Guess?> TakeAsync(FactorOwner owner, string address, CancellationToken cancellation)
    {
        GuessOptions limits = options.Guesses;
        Guess guess = new($"guesses:user:{owner.Realm}:{owner.User}", $"guesses:address:{address}", Guid.NewGuid().ToString("N"));
        if (!await store.TakeAsync(guess.User, guess.Ticket, limits.PerUser, limits.Within, cancellation)) return null;
        if (await store.TakeAsync(guess.Address, guess.Ticket, limits.PerAddress, limits.Within, cancellation)) return guess;
        await store.GiveBackAsync(guess.User, guess.Ticket, cancellation);
        return null;
    }

    public async Task GiveBackAsync(Guess guess, CancellationToken cancellation)
    {
        await store.GiveBackAsync(guess.User, guess.Ticket, cancellation);
        await store.GiveBackAsync(guess.Address, guess.Ticket, cancellation);
    }
}

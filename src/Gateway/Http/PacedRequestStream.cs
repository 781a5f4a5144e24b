using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Gateway.Http;

/// <summary>A request body that breaks off when its client sends less than a least rate. As in Kestrel, only time counts in which
/// somebody waits for the client, and none of it within the grace period.</summary>
internal sealed class PacedRequestStream(Stream inner, MinDataRate least, TimeProvider time) : OneWayStream
{
    private readonly CancellationTokenSource _stop = new(Timeout.InfiniteTimeSpan, time);
    private CancellationToken _reader;
    private CancellationTokenRegistration _readerStops;
    private long _bytes;
    private TimeSpan _waited;

    public override bool CanRead => true;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (cancellationToken != _reader)
        {
            // Whoever copies a body passes one token for all its reads, so this happens once.
            _readerStops.Dispose();
            _reader = cancellationToken;
            _readerStops = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _stop);
        }
        long began = time.GetTimestamp();
        TimeSpan left = Allowed() - _waited;
        _stop.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        try
        {
            int read = await inner.ReadAsync(buffer, _stop.Token);
            _stop.CancelAfter(Timeout.InfiniteTimeSpan);
            _waited += time.GetElapsedTime(began);
            _bytes += read;
            return read;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new Microsoft.AspNetCore.Http.BadHttpRequestException("The request body came too slowly.",
                StatusCodes.Status408RequestTimeout);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _readerStops.Dispose();
            _stop.Dispose();
        }
        base.Dispose(disposing);
    }

    private TimeSpan Allowed()
    {
        TimeSpan atLeast = TimeSpan.FromSeconds(_bytes / least.BytesPerSecond);
        return atLeast > least.GracePeriod ? atLeast : least.GracePeriod;
    }
}

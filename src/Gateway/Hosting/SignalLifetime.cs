using System.Runtime.InteropServices;

namespace Gateway.Hosting;

/// <summary>
/// The signals that stop a process: SIGTERM, as service managers send it, after an announcement; SIGINT (Ctrl-C) and SIGQUIT at once.
/// </summary>
internal sealed class SignalLifetime(StopAnnouncement announcement, IHostApplicationLifetime lifetime) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        On(PosixSignal.SIGTERM, announcement.Make);
        On(PosixSignal.SIGINT, lifetime.StopApplication);
        On(PosixSignal.SIGQUIT, lifetime.StopApplication);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations) registration.Dispose();
    }

    private void On(PosixSignal signal, Action act)
        => _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;   // the host stops in order; the process is not ended under it
            act();
        }));
}

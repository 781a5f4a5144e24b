using Gateway.Revocation;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.Tests.Dialects;

/// <summary>The gateway's own log, which a test can keep from taking anything.</summary>
internal sealed class BreakableLog : IRevocationLog
{
    private IRevocationLog _inner = null!;

    public bool IsBroken { get; set; }

    /// <summary>It takes what it is given and does not say so.</summary>
    public bool AnswersNothing { get; set; }

    public async Task<Appended> AppendAsync(Fact fact, IReadOnlyList<Fact> together, CancellationToken cancellation)
    {
        if (IsBroken) throw new StoreUnavailableException("The disk is full.");
        Appended appended = await _inner.AppendAsync(fact, together, cancellation);
        return AnswersNothing ? throw new UnknownOutcomeException(fact.Id, "The disk does not answer.") : appended;
    }

    public Task<LogPage> ReadFromAsync(LogPosition after, int limit, CancellationToken cancellation)
        => _inner.ReadFromAsync(after, limit, cancellation);

    public Task<LogPosition> HeadAsync(CancellationToken cancellation) => _inner.HeadAsync(cancellation);

    public Task<(bool Holds, string Epoch)> HoldsAsync(Fact fact, CancellationToken cancellation)
        => IsBroken || AnswersNothing
            ? throw new StoreUnavailableException("The disk does not answer.") : _inner.HoldsAsync(fact, cancellation);

    /// <summary>Takes the place of the registered log, once everything is registered.</summary>
    public void StandIn(WebApplicationBuilder builder) => builder.Host.UseServiceProviderFactory(new Factory(services =>
    {
        ServiceDescriptor real = services.Last(service => service.ServiceType == typeof(IRevocationLog));
        services.Replace(ServiceDescriptor.Singleton<IRevocationLog>(provider =>
        {
            _inner = (IRevocationLog)(real.ImplementationFactory?.Invoke(provider)
                ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!));
            return this;
        }));
    }));

    internal sealed class Factory(Action<IServiceCollection> change) : IServiceProviderFactory<IServiceCollection>
    {
        public IServiceCollection CreateBuilder(IServiceCollection services) => services;

        public IServiceProvider CreateServiceProvider(IServiceCollection services)
        {
            change(services);
            return services.BuildServiceProvider();
        }
    }
}

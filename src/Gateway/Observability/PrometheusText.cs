using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Gateway.Observability;

/// <summary>
/// The metrics of this process as Prometheus reads them (text format 0.0.4). A listener adds up what the meters report;
/// a reading asks the observed ones. Names follow OpenTelemetry's rules for Prometheus: dots become underscores, the unit is
/// appended, counters end in <c>_total</c>. OpenTelemetry's own exporter is a beta that leaves out a counter until it has counted
/// something, and loses what is counted before the host has started; the rate of a first refusal would be unknown.
/// </summary>
internal sealed class PrometheusText : IDisposable
{
    /// <summary>What the runtime and Kestrel tell besides our rooms, each of which has a meter of its name.</summary>
    private static readonly string[] Theirs = ["System.Runtime", "Microsoft.AspNetCore.Server.Kestrel"];

    private static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<Instrument, Family> _families = new();
    private readonly MeterListener _listener = new();

    /// <param name="factory">Only its meters are read: several hosts may live in one process.</param>
    public PrometheusText(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            bool own = instrument.Meter.Scope is null || ReferenceEquals(instrument.Meter.Scope, factory);
            if (own && (instrument.Meter.Name.StartsWith("Gateway.", StringComparison.Ordinal) || Theirs.Contains(instrument.Meter.Name)))
                listener.EnableMeasurementEvents(instrument, _families.GetOrAdd(instrument, static added => new Family(added)));
        };
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, state) => ((Family)state!).Add(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, state) => ((Family)state!).Add(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, state) => ((Family)state!).Add(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, state) => ((Family)state!).Add(value, tags));
        _listener.Start();
    }

    public string Write()
    {
        lock (_listener)
        {
            foreach (Family family in _families.Values) family.BeginReading();
            _listener.RecordObservableInstruments();
        }
        StringBuilder text = new();
        foreach (Family family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)) family.Write(text);
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private sealed class Family(Instrument instrument)
    {
        private readonly bool _counter = IsA(instrument, typeof(Counter<>)) || IsA(instrument, typeof(ObservableCounter<>));
        private readonly bool _histogram = IsA(instrument, typeof(Histogram<>));
        private readonly bool _gauge = IsA(instrument, typeof(ObservableGauge<>)) || IsA(instrument, typeof(Gauge<>));
        private readonly ConcurrentDictionary<string, Series> _series = new(StringComparer.Ordinal);
        private readonly Series _untagged = new();

        public string Name { get; } = NameOf(instrument,
            IsA(instrument, typeof(Counter<>)) || IsA(instrument, typeof(ObservableCounter<>)));

        /// <summary>Tells what is observed is told anew each time; a series that is not told again has ended.</summary>
        public void BeginReading()
        {
            if (!instrument.IsObservable) return;
            _series.Clear();
            _untagged.Reset();
        }

        public void Add(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Series series = tags.Length == 0 ? _untagged : _series.GetOrAdd(Labels(tags), static _ => new Series());
            if (_histogram) series.Observe(value);
            else if (instrument.IsObservable || _gauge) series.Set(value);
            else series.Add(value);
        }

        public void Write(StringBuilder text)
        {
            (string Labels, Series Series)[] all = [.. _untagged.IsUsed ? [("", _untagged)] : Array.Empty<(string, Series)>(),
                .. _series.Select(one => (one.Key, one.Value)).OrderBy(one => one.Key, StringComparer.Ordinal)];
            // A counter that has counted nothing yet is 0, so that its rate is known from the first event on.
            if (all.Length == 0 && _counter && !instrument.IsObservable) all = [("", _untagged)];
            if (all.Length == 0) return;
            if (!string.IsNullOrEmpty(instrument.Description))
                text.Append($"# HELP {Name} {instrument.Description.Replace("\\", "\\\\").Replace("\n", "\\n")}\n");
            text.Append($"# TYPE {Name} {(_histogram ? "histogram" : _counter ? "counter" : "gauge")}\n");
            foreach ((string labels, Series series) in all)
            {
                if (_histogram) series.WriteHistogram(text, Name, labels);
                else
                    text.Append(Name).Append(labels.Length == 0 ? "" : $"{{{labels}}}").Append(' ').Append(Number(series.Value))
                        .Append('\n');
            }
        }

        private static bool IsA(Instrument instrument, Type generic)
            => instrument.GetType() is { IsGenericType: true } type && type.GetGenericTypeDefinition() == generic;

        private static string NameOf(Instrument instrument, bool counter)
        {
            string name = Clean(instrument.Name);
            string unit = instrument.Unit switch { "s" => "seconds", "By" => "bytes", "ms" => "milliseconds", _ => "" };
            if (unit.Length > 0 && !name.EndsWith(unit, StringComparison.Ordinal)) name += "_" + unit;
            return counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
        }

        private static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            StringBuilder labels = new();
            foreach ((string key, object? value) in tags)
            {
                if (labels.Length > 0) labels.Append(',');
                string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
                labels.Append(Clean(key)).Append("=\"")
                    .Append((value is bool ? text.ToLowerInvariant() : text).Replace("\\", "\\\\").Replace("\"", "\\\"")
                        .Replace("\n", "\\n")).Append('"');
            }
            return labels.ToString();
        }

        private static string Clean(string name)
            => string.Concat(name.Select(character => char.IsAsciiLetterOrDigit(character) ? character : '_'));
    }

    private sealed class Series
    {
        private readonly Lock _lock = new();
        private readonly long[] _buckets = new long[Bounds.Length + 1];
        private double _value;
        private long _count;

        public bool IsUsed { get { lock (_lock) return _count > 0; } }

        public double Value { get { lock (_lock) return _value; } }

        public void Reset() { lock (_lock) { _value = 0; _count = 0; } }

        public void Set(double value) { lock (_lock) { _value = value; _count++; } }

        public void Add(double value) { lock (_lock) { _value += value; _count++; } }

        public void Observe(double value)
        {
            int bucket = Array.FindIndex(Bounds, bound => value <= bound);
            lock (_lock)
            {
                _value += value;
                _count++;
                _buckets[bucket < 0 ? Bounds.Length : bucket]++;
            }
        }

        public void WriteHistogram(StringBuilder text, string name, string labels)
        {
            long[] buckets;
            long count;
            double sum;
            lock (_lock) (buckets, count, sum) = ([.. _buckets], _count, _value);
            string prefix = labels.Length == 0 ? "" : labels + ",", alone = labels.Length == 0 ? "" : $"{{{labels}}}";
            long below = 0;
            for (int i = 0; i < Bounds.Length; i++)
                text.Append($"{name}_bucket{{{prefix}le=\"{Number(Bounds[i])}\"}} {below += buckets[i]}\n");
            text.Append($"{name}_bucket{{{prefix}le=\"+Inf\"}} {count}\n{name}_sum{alone} {Number(sum)}\n{name}_count{alone} {count}\n");
        }
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}

// Prometheus' text format (0.0.4), read into samples.
const line = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const tag = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

export const read = text => text.split('\n').filter(row => row && row[0] !== '#').map(row => line.exec(row)).filter(Boolean)
  .map(([, name, tags, value]) => ({ name, value: Number(value), tags: Object.fromEntries([...(tags ?? '').matchAll(tag)].map(found => [found[1], found[2]])) }));

export const sum = (samples, name) => samples.filter(sample => sample.name === name).reduce((total, sample) => total + sample.value, 0);

// By the value of one tag.
export function by(samples, name, key) {
  const totals = {};
  for (const sample of samples) if (sample.name === name) totals[sample.tags[key]] = (totals[sample.tags[key]] ?? 0) + sample.value;
  return totals;
}

// A histogram's own counts, from its cumulated ones: [{ below, count }].
export function buckets(samples, name) {
  const cumulated = by(samples, `${name}_bucket`, 'le');
  const bounds = Object.keys(cumulated).map(text => [text === '+Inf' ? Infinity : Number(text), cumulated[text]]).sort((a, b) => a[0] - b[0]);
  return bounds.map(([below, count], at) => ({ below, count: count - (at ? bounds[at - 1][1] : 0) }));
}

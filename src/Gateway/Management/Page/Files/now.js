// What happens now: moving plots of this node, the cluster's nodes, and how each revocation reaches them.
import { Trouble, ago, html, useEffect, usePolled, useRef, useState } from './ui.js';
import { call, follow, metricsText } from './api.js';
import { buckets, by, read, sum } from './metrics.js';
import { Plot } from './plot.js';
import { texts } from './texts.js';

const step = 2000, shown = 150;
const causes = ['revoked', 'invalid', 'missing', 'expired', 'malformed', 'stale', 'unavailable', 'backend', 'other'];

function rates(before, after, seconds) {
  const rate = (name, key) => key === undefined
    ? Math.max(0, sum(after, name) - sum(before, name)) / seconds
    : Object.fromEntries(Object.entries(by(after, name, key)).map(([value, total]) => [value, Math.max(0, total - (by(before, name, key)[value] ?? 0)) / seconds]));
  return { requests: rate('gateway_requests_forwarded_total'), refusals: rate('gateway_requests_refused_total', 'cause'),
    revocations: rate('gateway_revocations_total'), connections: by(after, 'gateway_connections', 'kind') };
}

export function Now() {
  const past = useRef({ last: null, points: [] });
  const { value: figures, problem } = usePolled(async signal => {
    const samples = read(await metricsText(signal)), at = Date.now() / 1000, { last, points } = past.current;
    if (last) points.push({ at, ...rates(last.samples, samples, Math.max(.1, at - last.at)) });
    past.current = { last: { at, samples }, points: points.slice(-shown) };
    return { samples, points: past.current.points };
  }, step);
  const points = figures?.points ?? [], times = points.map(point => point.at);
  const seen = (pick, all) => all.filter(name => points.some(point => pick(point)[name] > 0));
  const lines = (pick, names) => Object.fromEntries(names.map(name => [name, points.map(point => pick(point)[name] ?? 0)]));
  const refused = seen(point => point.refusals, causes);
  const kinds = [...new Set(points.flatMap(point => Object.keys(point.connections)))];
  const open = seen(point => point.connections, kinds);
  return html`
    <p class="faint">${texts.now.thisNode}</p>
    <${Trouble} problem=${problem} />
    <div class="grid">
      <${Plot} title=${texts.now.requests} times=${times} series=${{ all: points.map(point => point.requests) }} />
      <${Plot} title=${texts.now.refusals} times=${times} series=${lines(point => point.refusals, refused.length ? refused : ['revoked'])} />
      <${Plot} title=${texts.now.revocations} times=${times} series=${{ all: points.map(point => point.revocations) }} />
      <${Plot} title=${texts.now.connections} times=${times} series=${lines(point => point.connections, open.length ? open : kinds.slice(0, 1))} />
    </div>
    <${Enforced} samples=${figures?.samples ?? []} />
    <${Nodes} />`;
}

function Enforced({ samples }) {
  const all = buckets(samples, 'gateway_revocation_duration_seconds');
  const most = Math.max(1, ...all.map(bucket => bucket.count));
  const name = bound => bound === Infinity ? '∞' : `${bound * 1000}`;
  return html`<section class="card"><h2>${texts.now.enforced}</h2>
    <p class="faint">${texts.now.enforcedHint}</p>
    <table><thead><tr><th scope="col">${texts.now.milliseconds}</th><th scope="col">${texts.now.answers}</th></tr></thead>
      <tbody>${all.filter(bucket => bucket.count > 0).map(bucket => html`<tr><td>≤ ${name(bucket.below)}</td>
        <td>${bucket.count} <meter min="0" max=${most} value=${bucket.count} aria-label=${`${bucket.count}`}></meter></td></tr>`)}</tbody></table>
  </section>`;
}

function Nodes() {
  const [told, setTold] = useState([]);
  useEffect(() => {
    const ends = new AbortController();
    follow('v1/events', (kind, fact) => { if (kind === 'revocation') setTold(before => [fact, ...before].slice(0, 8)); }, ends.signal);
    return () => ends.abort();
  }, []);
  const nodes = usePolled(signal => call('v1/nodes', { signal }), 1000).value?.items ?? [];
  const has = (node, fact) => node.lease && node.epoch === fact.epoch && node.position >= fact.position;
  return html`
    <section class="card"><h2>${texts.now.nodes}</h2><div class="scroll" tabindex="0" role="region" aria-label=${texts.now.nodes}><table class="cards">
      <thead><tr>${['node', 'version', 'address', 'lease', 'position', 'lag', 'ready'].map(name => html`<th scope="col">${texts.now[name]}</th>`)}</tr></thead>
      <tbody>${nodes.map(node => html`<tr key=${node.id}>
        <td data-name=${texts.now.node} class="mono">${node.id}</td><td data-name=${texts.now.version}>${node.version}</td>
        <td data-name=${texts.now.address}>${node.address}</td>
        <td data-name=${texts.now.lease} class=${node.lease ? 'good' : 'bad'}>${node.lease ? texts.now.held : texts.now.away}${node.repairing ? `, ${texts.now.repairing}` : ''}</td>
        <td data-name=${texts.now.position}>${node.position}</td><td data-name=${texts.now.lag}>${node.lag}</td>
        <td data-name=${texts.now.ready} class=${node.ready ? 'good' : 'bad'}>${node.ready ? texts.now.yes : texts.now.no}</td></tr>`)}</tbody></table></div></section>
    <section class="card"><h2>${texts.now.reach}</h2>
      ${told.length === 0 && html`<p class="faint">${texts.now.reachNone}</p>`}
      <ul>${told.map(fact => { const reached = nodes.filter(node => has(node, fact));
        return html`<li key=${fact.id}>${fact.target.kind} <code>${fact.target.session ?? fact.target.subject ?? fact.target.token ?? fact.target.client ?? fact.target.realm}</code>, ${ago(fact.at)}:
          <span class=${reached.length === nodes.length ? 'good' : 'warn'}> ${texts.now.reached(reached.length, nodes.length)}</span></li>`; })}</ul></section>`;
}

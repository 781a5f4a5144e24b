// The newest refusals of this node with their reasons.
import { Trouble, ago, html, instant, usePolled, useState } from './ui.js';
import { call } from './api.js';
import { texts } from './texts.js';

export function Refusals() {
  const [filter, setFilter] = useState('');
  const { value, problem } = usePolled(signal => call('v1/refusals?count=200', { signal }), 2000);
  const has = refusal => JSON.stringify(refusal).toLowerCase().includes(filter.trim().toLowerCase());
  const items = (value?.items ?? []).filter(has);
  const explain = refusal => `#explain?${new URLSearchParams({ method: refusal.method, url: refusal.path })}`;
  return html`
    <div class="bar" role="search"><label class="wide">${texts.refusals.filter}<input type="search" value=${filter} onInput=${e => setFilter(e.target.value)} /></label></div>
    <${Trouble} problem=${problem} />
    <div class="card scroll" tabindex="0" role="region" aria-label=${texts.refusals.caption}><table class="cards"><caption>${texts.refusals.caption}</caption>
      <thead><tr>${['when', 'status', 'request', 'route', 'why', 'address', 'trace'].map(name => html`<th scope="col">${texts.refusals[name]}</th>`)}<th scope="col"><span class="hidden">${texts.refusals.explain}</span></th></tr></thead>
      <tbody>${items.map(refusal => html`<tr key=${`${refusal.at} ${refusal.trace}`}>
        <td data-name=${texts.refusals.when} title=${instant(refusal.at)}>${ago(refusal.at)}</td><td data-name=${texts.refusals.status}>${refusal.status}</td>
        <td data-name=${texts.refusals.request}><code>${refusal.method} ${refusal.path}</code></td><td data-name=${texts.refusals.route}>${refusal.route}</td>
        <td data-name=${texts.refusals.why}>${refusal.why}</td><td data-name=${texts.refusals.address}>${refusal.address ?? texts.none}</td>
        <td data-name=${texts.refusals.trace}><code class="id">${refusal.trace}</code></td>
        <td class="actions"><a href=${explain(refusal)}>${texts.refusals.explain}</a></td></tr>`)}</tbody></table>
      ${value && items.length === 0 && html`<p>${texts.refusals.none}</p>`}</div>`;
}

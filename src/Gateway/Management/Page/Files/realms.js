// What is configured, and what each realm can and cannot end.
import { Trouble, ago, html, usePolled } from './ui.js';
import { call } from './api.js';
import { texts } from './texts.js';

export function Realms() {
  const realms = usePolled(signal => call('v1/realms', { signal }), 5000);
  const routes = usePolled(signal => call('v1/routes', { signal }), 10_000);
  const keys = usePolled(signal => call('v1/keys', { signal }), 30_000);
  const t = texts.realms;
  return html`
    <${Trouble} problem=${realms.problem ?? routes.problem} />
    <section class="card"><h2>${t.realms}</h2>${(realms.value?.items ?? []).map(realm => html`<div key=${realm.name}>
      <h3>${realm.name} <span class="faint">${realm.kind}${realm.preset ? `, ${realm.preset}` : ''}</span></h3>
      <dl>
        <dt>${t.health}</dt><dd class=${realm.ready ? 'good' : 'bad'}>${realm.ready ? t.ready : realm.trouble}</dd>
        <dt>${t.logout}</dt><dd>${realm.logout}</dd>
        ${realm.lineage.length > 0 && html`<dt>${t.ties}</dt><dd>${realm.lineage.join(', ')}</dd>`}
        ${realm.keys && html`<dt>${t.keys}</dt><dd>${t.keysRead({ count: realm.keys.count, ago: ago(realm.keys.readAt) })}</dd>`}
      </dl></div>`)}</section>
    <section class="card"><h2>${t.routes}</h2><div class="scroll" tabindex="0" role="region" aria-label=${t.routes}><table class="cards">
      <thead><tr>${['route', 'path', 'hosts', 'cluster', 'session', 'of', 'stale', 'mode'].map(name => html`<th scope="col">${t[name]}</th>`)}</tr></thead>
      <tbody>${(routes.value?.items ?? []).map(route => html`<tr key=${route.id}>
        <td data-name=${t.route}>${route.id}</td><td data-name=${t.path}><code>${route.path ?? t.anyPath}</code></td><td data-name=${t.hosts}>${route.hosts.join(', ') || t.anyHost}</td>
        <td data-name=${t.cluster}>${route.cluster ?? texts.none}</td><td data-name=${t.session}>${route.session}</td><td data-name=${t.of}>${route.realms.join(', ') || texts.list.all}</td>
        <td data-name=${t.stale}>${route.whenStale}</td><td data-name=${t.mode} class=${route.mode === 'Report' ? 'warn' : ''}>${route.mode}</td></tr>`)}</tbody></table></div></section>
    <section class="card"><h2>${t.managementKeys}</h2><table><thead><tr><th scope="col">${t.key}</th><th scope="col">${t.where}</th><th scope="col">${t.created}</th></tr></thead>
      <tbody>${(keys.value?.items ?? []).map(key => html`<tr key=${key.name}><td>${key.name}</td><td>${key.keptIn}</td><td>${ago(key.created)}</td></tr>`)}</tbody></table></section>`;
}

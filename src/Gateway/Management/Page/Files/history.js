// The audit: who did what on any node; filtered, and exported.
import { Trouble, html, instant, usePolled, useState } from './ui.js';
import { call } from './api.js';
import { texts } from './texts.js';

const columns = ['when', 'who', 'what', 'target', 'outcome', 'from', 'detail'];
const cells = entry => [entry.at, entry.actor, entry.action, entry.target, entry.outcome, entry.address, entry.detail];
const quoted = value => `"${String(value ?? '').replaceAll('"', '""').replace(/^([=+\-@\t\r])/, "'$1")}"`;   // no cell is a formula to a spreadsheet

function save(name, type, text) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function everything(onCount) {
  const all = [];
  for (let after; ;) {
    const page = await call(`v1/audit?count=1000${after ? `&after=${after}` : ''}`);
    all.push(...page.items);
    onCount(all.length);
    if (!(after = page.next)) return all;
  }
}

export function History() {
  const t = texts.history;
  const [filter, setFilter] = useState('');
  const [count, setCount] = useState(100);
  const [exporting, setExporting] = useState(null);
  const [proof, setProof] = useState(null);
  const { value, problem } = usePolled(signal => call(`v1/audit?count=${count}`, { signal }), 3000, count);
  const has = entry => cells(entry).some(cell => String(cell ?? '').toLowerCase().includes(filter.trim().toLowerCase()));
  const items = (value?.items ?? []).filter(has);
  const write = async kind => {
    const all = (await everything(setExporting)).filter(has);
    setExporting(null);
    if (kind === 'csv') save('audit.csv', 'text/csv', [columns, ...all.map(cells)].map(row => row.map(quoted).join(',')).join('\r\n') + '\r\n');
    else save('audit.jsonl', 'application/jsonl', all.map(entry => JSON.stringify(entry) + '\n').join(''));
  };
  return html`
    <div class="bar" role="search">
      <label class="wide">${t.filter}<input type="search" value=${filter} onInput=${e => setFilter(e.target.value)} /></label>
      <button disabled=${exporting !== null} onClick=${() => write('csv')}>${t.csv}</button>
      <button disabled=${exporting !== null} onClick=${() => write('lines')}>${t.lines}</button>
      <button onClick=${async () => setProof(await call('v1/audit/proof'))}>${t.verify}</button>
      <span role="status">${exporting !== null ? t.exporting(exporting) : ''}</span>
    </div>
    <div role="status">${proof && html`<p class=${`notice${proof.holds ? '' : ' bad'}`}>${proof.holds ? t.holds(proof) : t.broken(proof)}</p>`}</div>
    <${Trouble} problem=${problem} />
    <div class="card scroll" tabindex="0" role="region" aria-label=${t.caption}><table class="cards"><caption>${t.caption}</caption>
      <thead><tr>${columns.map(name => html`<th scope="col">${t[name]}</th>`)}</tr></thead>
      <tbody>${items.map(entry => html`<tr key=${entry.sequence}>${cells(entry).map((cell, at) => html`<td data-name=${t[columns[at]]}>${at === 0 ? instant(cell) : cell ?? texts.none}</td>`)}</tr>`)}</tbody></table>
      ${value && items.length === 0 && html`<p>${t.none}</p>`}
      ${value?.next && count < 1000 && html`<button onClick=${() => setCount(Math.min(1000, count + 100))}>${texts.more}</button>`}</div>`;
}

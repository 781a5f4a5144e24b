// Everything of a client, a realm or everyone, with a count first and a typed confirmation.
import { Trouble, html, usePolled, useState } from './ui.js';
import { call } from './api.js';
import { texts } from './texts.js';
import { endAll, previewOf } from './ending.js';

export function Glass() {
  const t = texts.glass;
  const [fields, setFields] = useState({ what: 'client', client: '', realm: '', before: '', reason: '', typed: '' });
  const [counted, setCounted] = useState(null);
  const [problem, setProblem] = useState(null);
  const [busy, setBusy] = useState(false);
  const realms = usePolled(signal => call('v1/realms', { signal }), 0).value?.items ?? [];
  const set = (name, value) => { setFields({ ...fields, [name]: value }); if (!['reason', 'typed'].includes(name)) setCounted(null); };
  const field = name => ({ value: fields[name], onInput: event => set(name, event.target.value) });
  const realm = fields.realm || realms[0]?.name;
  // The instant is fixed when it is counted, so that what was counted is what is ended.
  const targets = () => {
    const before = fields.before ? new Date(fields.before).toISOString() : new Date().toISOString();
    return fields.what === 'client' ? [{ client: fields.client.trim(), realm, before }]
      : fields.what === 'realm' ? [{ everything: true, realm, before }]
      : realms.map(one => ({ everything: true, realm: one.name, before }));
  };
  const count = async event => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const all = [];
      for (const target of targets()) { const preview = await previewOf(target); all.push({ target, count: preview.sessions, connections: preview.connections }); }
      setCounted(all);
      setFields({ ...fields, typed: '' });
    } catch (error) { setProblem(error); }
    setBusy(false);
  };
  const total = (counted ?? []).reduce((sum, one) => sum + one.count, 0), open = (counted ?? []).reduce((sum, one) => sum + one.connections, 0);
  const phrase = t.phrase(total);
  const go = async event => {
    event.preventDefault();
    if (fields.typed.trim() !== phrase) return;
    setBusy(true);
    await endAll(counted, fields.reason.trim());
    setCounted(null);
    setBusy(false);
  };
  return html`<p class="notice bad">${t.lead}</p>
    <form class="card" onSubmit=${count}>
      <fieldset class="bar"><legend>${t.what}</legend>${['client', 'realm', 'everyone'].map(name => html`
        <label class="row"><input type="radio" name="what" checked=${fields.what === name} onChange=${() => set('what', name)} />${t[name]}</label>`)}</fieldset>
      <div class="bar">
        ${fields.what === 'client' && html`<label class="wide">${t.clientId}<input ...${field('client')} required /></label>`}
        ${fields.what !== 'everyone' && realms.length > 1 && html`<label>${t.realmName}<select value=${realm} onChange=${e => set('realm', e.target.value)}>${realms.map(one => html`<option>${one.name}</option>`)}</select></label>`}
        <label>${t.before} (${t.now})<input type="datetime-local" step="1" ...${field('before')} /></label>
        <button class="main" disabled=${busy}>${t.count}</button>
      </div>
    </form>
    <${Trouble} problem=${problem} />
    ${counted && html`<form class="card" onSubmit=${go}>
      <h2>${texts.end.glass}</h2>
      <p aria-live="polite">${texts.end.counts(total, open)}</p>
      <label>${texts.end.reason}<input ...${field('reason')} maxlength="200" /></label>
      <label>${t.type(phrase)}<input ...${field('typed')} autocomplete="off" /></label>
      <p><button class="danger main" disabled=${busy || fields.typed.trim() !== phrase}>${t.go}</button></p>
    </form>`}`;
}

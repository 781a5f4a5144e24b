// Asks before something ends: what it would end, why, and then does it.
import { Dialog, Trouble, html, usePolled, useState } from './ui.js';
import { call } from './api.js';
import { texts } from './texts.js';
import { say } from './toasts.js';

export const previewOf = (target, signal) => call('v1/revocations/preview', { method: 'POST', body: target, signal });

// Ends each target; with a count it is confirmed that so many end.
export async function endAll(targets, reason) {
  const done = [];
  try {
    for (const { target, count } of targets)
      done.push(await call('v1/revocations', { method: 'POST', headers: { 'Idempotency-Key': crypto.randomUUID() },
        body: { ...target, ...(reason ? { reason } : {}), ...(Number.isInteger(count) ? { confirm: count } : {}) } }));
    say(done.length === 1 ? texts.end.done(done[0].enforced) : texts.end.several(done.length), { ids: done.map(answer => answer.id) });
  } catch (error) {
    say(error.document?.outcome === 'unknown' ? texts.end.unknown : texts.end.failed(error.message), { bad: true, ids: done.map(answer => answer.id) });
  }
}

export function EndDialog({ title, target, onClose }) {
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const { value: preview, problem } = usePolled(signal => previewOf(target, signal), 0);
  const go = async event => {
    event.preventDefault();
    setBusy(true);
    await endAll([{ target, count: preview?.sessions }], reason.trim());
    onClose(true);
  };
  return html`<${Dialog} title=${title} onClose=${() => onClose(false)}>
    <form onSubmit=${go}>
      <${Trouble} problem=${problem} />
      <p aria-live="polite">${preview === null ? texts.end.counting : texts.end.counts(preview.sessions, preview.connections)}</p>
      ${preview?.sessions === 0 && html`<p class="warn">${texts.end.nothingSeen}</p>`}
      <label>${texts.end.reason}<input value=${reason} maxlength="200" onInput=${e => setReason(e.target.value)} /></label>
      <div class="bar">
        <button type="button" onClick=${() => onClose(false)}>${texts.cancel}</button>
        <button class="danger main" disabled=${busy || preview === null}>${texts.end.go}</button>
      </div>
    </form>
  </${Dialog}>`;
}

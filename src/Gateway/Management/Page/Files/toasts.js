// What was done, said once, with a way back for a minute.
import { html, useEffect, useState } from './ui.js';
import { call } from './api.js';
import { texts } from './texts.js';

const minute = 60_000;
let show = () => {};
let number = 0;

// ids: the revocations that “Undo” reinstates.
export const say = (text, { ids = [], bad = false } = {}) => show({ number: ++number, text, ids, bad });

export function Toasts() {
  const [all, setAll] = useState([]);
  const remove = toast => setAll(before => before.filter(other => other.number !== toast.number));
  useEffect(() => {
    show = toast => {
      setAll(before => [...before, toast]);
      setTimeout(() => remove(toast), toast.ids.length || toast.bad ? minute : 6000);
    };
  }, []);
  const undo = async toast => {
    remove(toast);
    try {
      for (const id of toast.ids) await call(`v1/revocations/${id}?reason=undone`, { method: 'DELETE' });
      say(texts.end.undone);
    } catch (error) { say(texts.end.failed(error.message), { bad: true }); }
  };
  return html`<div class="toasts" role="status" aria-live="polite">${all.map(toast => html`
    <div class=${`toast${toast.bad ? ' bad' : ''}`} key=${toast.number}>
      <span>${toast.text}</span>
      ${toast.ids.length > 0 && html`<button onClick=${() => undo(toast)}>${texts.undo}</button>`}
      <button class="plain" aria-label=${texts.close} onClick=${() => remove(toast)}>×</button>
    </div>`)}</div>`;
}

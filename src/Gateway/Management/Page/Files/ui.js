// What several parts of the page share.
import { html, useEffect, useRef, useState } from './htm-preact.js';
import { texts } from './texts.js';

export { html, useEffect, useRef, useState };

// Asks now and again every so often while this part is shown; answers what came last and what went wrong.
export function usePolled(ask, every, ...inputs) {
  const [state, setState] = useState({ value: null, problem: null });
  useEffect(() => {
    const ends = new AbortController();
    let timer;
    const turn = async () => {
      if (!document.hidden) {
        try {
          const value = await ask(ends.signal);
          if (!ends.signal.aborted) setState({ value, problem: null });
        } catch (problem) {
          if (!ends.signal.aborted) setState(before => ({ value: before.value, problem }));
        }
      }
      if (!ends.signal.aborted && every) timer = setTimeout(turn, every);
    };
    turn();
    return () => { ends.abort(); clearTimeout(timer); };
  }, inputs);
  return state;
}

export const instant = text => text ? new Date(text).toLocaleString() : texts.none;
export const ago = text => text ? texts.ago((Date.now() - new Date(text)) / 1000) : texts.none;

export const Trouble = ({ problem }) => problem
  ? html`<p class="notice bad" role="alert">${problem.status ? problem.message : texts.notReached}</p>` : null;

export function Copied({ value }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    try { await navigator.clipboard.writeText(value); setDone(true); setTimeout(() => setDone(false), 1500); } catch { /* it can be selected */ }
  };
  return html`<code class="id">${value}</code> <button class="plain" onClick=${copy} aria-label=${`${texts.copy}: ${value}`}>${done ? texts.copied : texts.copy}</button>`;
}

// A native modal dialog: focus stays in it, Escape closes it.
export function Dialog({ title, onClose, children }) {
  const element = useRef();
  useEffect(() => { element.current.showModal(); }, []);
  return html`<dialog ref=${element} aria-labelledby="dialog-title" onClose=${onClose}><h2 id="dialog-title">${title}</h2>${children}</dialog>`;
}

// One line of the browser and the system, in words.
export function deviceOf(agent) {
  if (!agent) return texts.none;
  const read = window.bowser.parse(agent);
  const browser = [read.browser.name, read.browser.version?.split('.')[0]].filter(Boolean).join(' ');
  const system = [read.os.name, read.os.versionName ?? read.os.version].filter(Boolean).join(' ');
  return [browser, system].filter(Boolean).join(', ') || agent;
}

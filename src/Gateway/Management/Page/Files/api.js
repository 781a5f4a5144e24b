// Calls of the management API. The credential is kept for this tab alone and goes into the Authorization header, nowhere else.
const kept = 'gateway.credential';
let ended = () => {};

export const credential = {
  get: () => sessionStorage.getItem(kept),
  set: value => sessionStorage.setItem(kept, value),
  clear: () => sessionStorage.removeItem(kept),
};

export const whenEnded = action => { ended = action; };

export class Problem extends Error {
  constructor(status, document) {
    super(document?.detail || document?.title || `${status}`);
    this.status = status;
    this.document = document;
  }
}

const authorization = () => ({ Authorization: `Bearer ${credential.get()}` });

async function answerOf(response) {
  if (response.ok) return response;
  const document = await response.json().catch(() => null);
  if (response.status === 401 && credential.get()) { credential.clear(); ended(); }
  throw new Problem(response.status, document);
}

export async function call(path, { method = 'GET', body, headers, signal } = {}) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  const response = await answerOf(await fetch(path, {
    method, signal, cache: 'no-store', body: sent.body, headers: { ...sent.headers, ...headers, ...authorization() },
  }));
  return response.status === 204 ? null : response.json();
}

export const metricsText = async signal => (await answerOf(await fetch('metrics', { signal, cache: 'no-store' }))).text();

// Server-sent events by fetch, since EventSource cannot carry a header. Goes on where it was after a lost connection, until the signal.
export async function follow(path, onEvent, signal) {
  let last = null;
  while (!signal.aborted) {
    try {
      const headers = { ...authorization(), ...(last ? { 'Last-Event-ID': last } : {}) };
      const response = await answerOf(await fetch(path, { headers, signal, cache: 'no-store' }));
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ''; ;) {
        const { value, done } = await reader.read();
        if (done) break;
        text += value;
        for (let end; (end = text.indexOf('\n\n')) >= 0; text = text.slice(end + 2)) {
          const fields = Object.fromEntries(text.slice(0, end).split('\n').filter(line => !line.startsWith(':'))
            .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]));
          if (fields.event === 'session-ended') { credential.clear(); ended(); return; }
          if (fields.id) last = fields.id;
          if (fields.event) onEvent(fields.event, fields.data ? JSON.parse(fields.data) : null, fields.id);
        }
      }
    } catch (error) {
      if (signal.aborted || error.status === 401) return;
    }
    await new Promise(resolve => setTimeout(resolve, 1000));
  }
}

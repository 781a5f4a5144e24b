// The sessions that were seen: search as you type, end one, a user's, or all but one.
import { Copied, Trouble, ago, deviceOf, html, instant, useEffect, usePolled, useState } from './ui.js';
import { call, follow } from './api.js';
import { texts } from './texts.js';
import { EndDialog } from './ending.js';

const page = 50, refresh = 10_000;

export function Sessions({ query }) {
  const [search, setSearch] = useState(query.search ?? '');
  const [asked, setAsked] = useState(search);
  const [realm, setRealm] = useState('');
  const [count, setCount] = useState(page);
  const [ending, setEnding] = useState(null);
  const [turn, setTurn] = useState(0);
  const realms = usePolled(signal => call('v1/realms', { signal }), 0).value?.items ?? [];
  useEffect(() => { const timer = setTimeout(() => { setAsked(search.trim()); setCount(page); }, 150); return () => clearTimeout(timer); }, [search]);
  useEffect(() => {
    const ends = new AbortController();
    let timer;   // a burst of revocations is one look
    follow('v1/events', () => { clearTimeout(timer); timer = setTimeout(() => setTurn(before => before + 1), 200); }, ends.signal);
    return () => { ends.abort(); clearTimeout(timer); };
  }, []);
  const { value: list, problem } = usePolled(signal => {
    const filter = new URLSearchParams({ count: Math.min(count, 1000) });
    if (asked) filter.set('search', asked);
    if (realm) filter.set('realm', realm);
    return call(`v1/sessions?${filter}`, { signal });
  }, refresh, asked, realm, count, turn);

  return html`
    <div class="bar" role="search">
      <label class="wide">${texts.list.search}<input type="search" value=${search} placeholder=${texts.list.searchHint} onInput=${e => setSearch(e.target.value)} /></label>
      ${realms.length > 1 && html`<label>${texts.list.realm}<select value=${realm} onChange=${e => setRealm(e.target.value)}>
        <option value="">${texts.list.all}</option>${realms.map(one => html`<option value=${one.name}>${one.name}</option>`)}</select></label>`}
    </div>
    <${Trouble} problem=${problem} />
    <div class="card scroll" tabindex="0" role="region" aria-label=${texts.list.caption}>
      <table class="cards">
        <caption>${texts.list.caption}</caption>
        <thead><tr>${['user', 'session', 'device', 'address', 'client', 'seen', 'open', 'state'].map(name => html`<th scope="col">${texts.list[name]}</th>`)}<th scope="col"><span class="hidden">${texts.list.end}</span></th></tr></thead>
        <tbody>${(list?.items ?? []).map(session => html`<${Row} key=${`${session.realm} ${session.id}`} session=${session} setSearch=${setSearch} setEnding=${setEnding} />`)}</tbody>
      </table>
      ${list === null ? html`<p>${texts.loading}</p>` : list.items.length === 0 && html`<p>${texts.list.nothing}</p>`}
      ${list?.next && count < 1000 && html`<button onClick=${() => setCount(count + page)}>${texts.more}</button>`}
    </div>
    ${ending && html`<${EndDialog} ...${ending} onClose=${done => { setEnding(null); if (done) setTurn(turn + 1); }} />`}`;
}

function Row({ session, setSearch, setEnding }) {
  const { realm, id, subject } = session;
  const one = session.token ? { token: id, realm } : { session: id, realm };
  return html`<tr>
    <td data-name=${texts.list.user}>${subject ? html`<button class="plain" onClick=${() => setSearch(subject)}>${subject}</button>` : texts.list.userUnknown}</td>
    <td data-name=${texts.list.session}><span><${Copied} value=${id} />${session.token && html`<br /><span class="warn">${texts.list.token}</span>`}</span></td>
    <td data-name=${texts.list.device} title=${session.userAgent}>${deviceOf(session.userAgent)}</td>
    <td data-name=${texts.list.address}>${session.address ?? texts.none}</td>
    <td data-name=${texts.list.client}>${session.client ?? texts.none}</td>
    <td data-name=${texts.list.seen} title=${instant(session.lastSeen)}>${ago(session.lastSeen)}</td>
    <td data-name=${texts.list.open} title=${texts.list.onThisNode}>${session.connections ?? 0}</td>
    <td data-name=${texts.list.state}>${session.revoked ? html`<span class="bad">${texts.list.over(session.revokedBy)}</span>` : html`<span class="good">${texts.list.active}</span>`}</td>
    <td class="actions">
      <button class="danger" disabled=${session.revoked} onClick=${() => setEnding({ title: texts.end.session, target: one })}>${texts.list.end}</button>
      ${subject && html`<button onClick=${() => setEnding({ title: texts.end.subject(subject), target: { subject, realm } })}>${texts.list.endUser}</button>`}
      ${subject && !session.token && html`<button onClick=${() => setEnding({ title: texts.end.others(subject), target: { subject, realm, exceptSession: id } })}>${texts.list.endOthers}</button>`}
    </td>
  </tr>`;
}

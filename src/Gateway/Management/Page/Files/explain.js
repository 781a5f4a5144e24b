// Why something is refused, step by step.
import { Trouble, html, usePolled, useState } from './ui.js';
import { call } from './api.js';
import { texts } from './texts.js';

const headersOf = text => Object.fromEntries(text.split('\n').map(line => line.trim()).filter(Boolean)
  .map(line => [line.slice(0, line.indexOf(':')).trim(), line.slice(line.indexOf(':') + 1).trim()]).filter(([name]) => name));

export function Explain({ query }) {
  const t = texts.explain;
  const [kind, setKind] = useState(query.url ? 'request' : 'token');
  const [fields, setFields] = useState({ token: '', realm: '', method: query.method ?? 'GET', url: query.url ?? '/', headers: '' });
  const [answer, setAnswer] = useState(null);
  const [problem, setProblem] = useState(null);
  const realms = usePolled(signal => call('v1/realms', { signal }), 0).value?.items ?? [];
  const field = name => ({ value: fields[name], onInput: event => setFields({ ...fields, [name]: event.target.value }) });
  const go = async event => {
    event.preventDefault();
    setProblem(null);
    const body = kind === 'token' ? { token: fields.token.trim(), ...(fields.realm ? { realm: fields.realm } : {}) }
      : { request: { method: fields.method, url: fields.url, headers: headersOf(fields.headers) } };
    try { setAnswer(await call('v1/explain', { method: 'POST', body })); } catch (error) { setAnswer(null); setProblem(error); }
  };
  return html`<p class="faint">${t.lead}</p>
    <form class="card" onSubmit=${go}>
      <fieldset class="bar"><legend>${t.kind}</legend>${['token', 'request'].map(name => html`
        <label class="row"><input type="radio" name="kind" checked=${kind === name} onChange=${() => setKind(name)} />${t[name]}</label>`)}</fieldset>
      ${kind === 'token' ? html`<label>${t.tokenText}<textarea ...${field('token')} required spellcheck="false"></textarea></label>
        ${realms.length > 1 && html`<label>${texts.list.realm}<select ...${field('realm')}><option value="">${texts.list.all}</option>${realms.map(realm => html`<option>${realm.name}</option>`)}</select></label>`}`
      : html`<div class="bar"><label>${t.method}<input ...${field('method')} required /></label><label class="wide">${t.url}<input ...${field('url')} required /></label></div>
        <label>${t.headers}<textarea ...${field('headers')} placeholder="Authorization: Bearer …" spellcheck="false"></textarea></label>`}
      <p><button class="main">${t.go}</button></p>
    </form>
    <${Trouble} problem=${problem} />
    <div aria-live="polite">${answer && html`<${Answer} answer=${answer} />`}</div>`;
}

function Answer({ answer }) {
  const t = texts.explain;
  return html`<section class="card"><dl><dt>${t.outcome}</dt><dd>${answer.outcome} ${answer.status ?? ''}</dd>
      ${answer.reason && html`<dt>${t.reason}</dt><dd>${answer.reason}</dd>`}${answer.route && html`<dt>${texts.realms.route}</dt><dd>${answer.route}</dd>`}</dl>
    <${Steps} steps=${answer.steps ?? []} /></section>
    ${[...(answer.realms ?? []), ...(answer.credentials ?? [])].map(token => html`<section class="card"><h2>${token.realm} ${token.location ?? ''}: ${token.outcome}</h2>
      ${token.reason && html`<p>${token.reason}</p>`}<${Steps} steps=${token.steps} /></section>`)}`;
}

const Steps = ({ steps }) => steps.length === 0 ? null : html`<table><thead><tr><th scope="col">${texts.explain.step}</th><th scope="col">${texts.explain.outcome}</th><th scope="col">${texts.explain.detail}</th></tr></thead>
  <tbody>${steps.map(step => html`<tr><td>${step.step}</td><td class=${step.passed ? 'good' : 'bad'}>${step.passed ? texts.explain.passed : texts.explain.stopped}</td><td>${step.detail ?? ''}</td></tr>`)}</tbody></table>`;

// Signing in: with a management key or a token, or at a realm's provider (OAuth 2.0 code flow with PKCE, RFC 7636).
import { html, usePolled, useState } from './ui.js';
import { Problem, call, credential } from './api.js';
import { texts } from './texts.js';

const kept = 'gateway.sign-in';
const encode = bytes => btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const random = () => encode(crypto.getRandomValues(new Uint8Array(32)));
const here = () => location.origin + location.pathname;

async function begin(provider) {
  const verifier = random(), state = random();
  const challenge = encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
  sessionStorage.setItem(kept, JSON.stringify({ realm: provider.realm, verifier, state }));
  const address = new URL(provider.authorizationEndpoint);
  for (const [name, value] of Object.entries({ response_type: 'code', client_id: provider.clientId, scope: provider.scope, redirect_uri: here(),
    state, code_challenge: challenge, code_challenge_method: 'S256', ...(provider.resource ? { resource: provider.resource } : {}) }))
    address.searchParams.set(name, value);
  location.assign(address);
}

// Comes back from the provider: the code is traded for a token by the gateway, which knows the provider's token endpoint.
export async function finishSignIn() {
  const answer = new URLSearchParams(location.search), begun = JSON.parse(sessionStorage.getItem(kept) ?? 'null');
  if (!begun || !(answer.has('code') || answer.has('error'))) return false;
  sessionStorage.removeItem(kept);
  history.replaceState(null, '', location.pathname + location.hash);
  if (answer.get('state') !== begun.state) throw new Error('state');
  if (answer.has('error')) throw new Error(answer.get('error_description') ?? answer.get('error'));
  const { token } = await call('v1/sign-in', { method: 'POST',
    body: { realm: begun.realm, code: answer.get('code'), verifier: begun.verifier, redirectUri: here() } });
  credential.set(token);
  return true;
}

export function SignIn({ why, onIn }) {
  const [key, setKey] = useState('');
  const [bad, setBad] = useState(null);
  const providers = usePolled(() => call('v1/sign-in'), 0).value?.items ?? [];
  const go = async event => {
    event.preventDefault();
    credential.set(key.trim());
    try { await call('v1/nodes'); onIn(); } catch (error) {
      credential.clear();
      setBad(error instanceof Problem ? (error.status === 401 ? texts.signIn.bad : error.message) : texts.notReached);
    }
  };
  return html`<div class="card">
    <h1>${texts.product}: ${texts.signIn.title}</h1>
    ${why && html`<p class="notice" role="status">${why}</p>`}
    ${providers.map(provider => html`<p><button class="main" onClick=${() => begin(provider)}>${texts.signIn.with(provider.realm)}</button></p>`)}
    <form onSubmit=${go}>
      <label>${texts.signIn.key}<input type="password" autocomplete="off" value=${key} onInput=${e => setKey(e.target.value)} required autofocus /></label>
      <p class="faint">${texts.signIn.hint}</p>
      ${bad && html`<p class="bad" role="alert">${bad}</p>`}
      <button class="main">${texts.signIn.go}</button>
    </form>
  </div>`;
}

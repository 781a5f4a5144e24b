// Puts the parts of the page together.
import { render } from './htm-preact.js';
import { html, useEffect, useRef, useState } from './ui.js';
import { credential, whenEnded } from './api.js';
import { texts } from './texts.js';
import { SignIn, finishSignIn } from './sign-in.js';
import { Toasts } from './toasts.js';
import { Sessions } from './sessions.js';
import { Now } from './now.js';
import { Refusals } from './refusals.js';
import { History } from './history.js';
import { Glass } from './glass.js';
import { Realms } from './realms.js';
import { Explain } from './explain.js';

const parts = { sessions: Sessions, now: Now, refusals: Refusals, history: History, glass: Glass, realms: Realms, explain: Explain };

function readHash() {
  const [name, query] = location.hash.slice(1).split('?');
  return { name: parts[name] ? name : 'sessions', query: Object.fromEntries(new URLSearchParams(query ?? '')) };
}

function Page() {
  const [isIn, setIn] = useState(!!credential.get());
  const [why, setWhy] = useState(null);
  const [place, setPlace] = useState(readHash());
  const main = useRef();
  useEffect(() => {
    whenEnded(() => { setWhy(texts.signIn.ended); setIn(false); });
    const moved = () => { setPlace(readHash()); main.current?.focus({ preventScroll: true }); scrollTo(0, 0); };
    addEventListener('hashchange', moved);
    finishSignIn().then(done => { if (done) setIn(true); }).catch(error => setWhy(texts.signIn.failed(error.message)));
    return () => removeEventListener('hashchange', moved);
  }, []);
  useEffect(() => { document.title = isIn ? `${texts.parts[place.name]} – ${texts.product}` : texts.product; }, [isIn, place]);

  if (!isIn) return html`<main class="sign-in"><${SignIn} why=${why} onIn=${() => { setWhy(null); setIn(true); }} /></main>`;
  const Part = parts[place.name];
  return html`
    <a class="skip" href="#content" onClick=${event => { event.preventDefault(); main.current.focus(); }}>${texts.skip}</a>
    <header>
      <strong>${texts.product}</strong>
      <nav aria-label=${texts.menu}><ul>${Object.keys(parts).map(name => html`
        <li><a href=${`#${name}`} aria-current=${name === place.name ? 'page' : undefined}>${texts.parts[name]}</a></li>`)}</ul></nav>
      <span class="who"><button onClick=${() => { credential.clear(); setWhy(null); setIn(false); }}>${texts.signOut}</button></span>
    </header>
    <main id="content" tabindex="-1" ref=${main}><h1>${texts.parts[place.name]}</h1><${Part} key=${place.name} query=${place.query} /></main>
    <${Toasts} />`;
}

render(html`<${Page} />`, document.getElementById('page'));

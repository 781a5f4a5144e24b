// A real OpenID Connect provider, and a user who signs in there: by the code flow, with a refresh token.
//   node oidc-provider.mjs PORT CLAIMS [PAGE]    PAGE: the address of a page that signs in as a public client, as an administrator
//                                                CLAIMS: what its access tokens carry besides jti, divided by commas: sid, auth_time
// Says "ready". A line "sign-in" then gets a line of JSON with the tokens, a line "refresh TOKEN" likewise.
import http from 'node:http';
import readline from 'node:readline';
import { Provider } from 'oidc-provider';

const [port, claims, page] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`, callback = 'http://127.0.0.1/callback';
const wanted = (claims ?? '').split(',');

const provider = new Provider(issuer, {
  clients: [{ client_id: 'web', client_secret: 'secret', redirect_uris: [callback], grant_types: ['authorization_code', 'refresh_token'] },
    ...(page ? [{ client_id: 'page', token_endpoint_auth_method: 'none', redirect_uris: [page], application_type: 'native' }] : [])],
  cookies: { keys: ['a key of the test'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  pkce: { required: () => false },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:app',
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: 'api', audience: 'app', accessTokenFormat: 'jwt', accessTokenTTL: 3600 }),
    },
  },
  extraTokenClaims: context => {
    const { AuthorizationCode: code, RefreshToken: refresh } = context.oidc.entities;
    const of = refresh ?? code;
    return { ...Object.fromEntries(Object.entries({ sid: of.sessionUid, auth_time: of.authTime }).filter(([name]) => wanted.includes(name))),
      ...(context.oidc.client.clientId === 'page' ? { permissions: ['admin'] } : {}) };
  },
});

// Whoever comes is alice, and agrees.
async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: 'alice' } });
    return;
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope('openid offline_access');
  grant.addResourceScope('urn:app', 'api');
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

const handle = provider.callback();
http.createServer((request, response) => request.url.startsWith('/interaction/') ? interact(request, response) : handle(request, response))
  .listen(Number(port), '127.0.0.1', () => console.log('ready'));

// A browser's part of it: redirects and cookies.
async function signIn() {
  const cookies = new Map();
  let url = `${issuer}/auth?client_id=web&response_type=code&scope=openid%20offline_access%20api&prompt=consent`
    + `&resource=urn:app&redirect_uri=${encodeURIComponent(callback)}`;
  while (!url.startsWith(callback)) {
    const answer = await fetch(url, {
      redirect: 'manual', headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split('=');
      if (value) cookies.set(name, value);
      else cookies.delete(name);
    }
    if (answer.status < 300 || answer.status > 399) throw new Error(`${url} answered ${answer.status}: ${await answer.text()}`);
    url = new URL(answer.headers.get('location'), issuer).href;
  }
  return token({ grant_type: 'authorization_code', code: new URL(url).searchParams.get('code'), redirect_uri: callback });
}

async function token(form) {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST', body: new URLSearchParams(form), headers: { authorization: `Basic ${btoa('web:secret')}` },
  });
  return answer.json();
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  const [what, refresh] = line.split(' ');
  try {
    console.log(JSON.stringify(what === 'sign-in' ? await signIn() : await token({ grant_type: 'refresh_token', refresh_token: refresh })));
  } catch (error) {
    console.log(JSON.stringify({ error: error.message }));
  }
}

// Rocket.Chat's own client calls POST /v1/sessions/logout and answers the challenge for a second factor.
// Arguments: url, user id, token, session id. For each challenge it prints one line and reads the code from standard input;
// an empty line gives up.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';

const { RestClient } = createRequire(import.meta.url)('@rocket.chat/api-client');
const [url, user, token, session] = process.argv.slice(2);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const say = (name, value) => console.log(`${name} ${JSON.stringify(value)}`);

const client = new RestClient({ baseUrl: url, credentials: { 'X-User-Id': user, 'X-Auth-Token': token } });
client.handleTwoFactorChallenge(async (challenge) => {
  say('CHALLENGE', challenge);
  const { value } = await lines.next();
  if (!value) throw new Error('given up');
  return value;
});

try {
  say('RESULT', await client.post('/v1/sessions/logout', { sessionId: session }));
} catch (failure) {
  if (failure instanceof Response) say('REFUSED', { status: failure.status, body: await failure.json() });
  else say('FAILED', failure?.message ?? failure);
}
process.exit(0);

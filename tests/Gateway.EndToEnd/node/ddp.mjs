// Signs in over DDP with a token through the gateway, calls "whoami", says "signed in as NAME", and prints how the socket was closed.
//   node ddp.mjs LIBRARY URL TOKEN
import WebSocket from 'ws';

const [library, url, token] = process.argv.slice(2);

// The libraries tell that a socket was closed, and not with what: the WebSocket that they are given does.
class Told extends WebSocket {
  constructor(...given) {
    super(...given);
    this.on('close', (code, reason) => {
      console.log(`closed ${code} ${reason}`);
      process.exit(0);
    });
    this.on('error', error => console.log(`error ${error.message}`));
  }
}
globalThis.WebSocket = Told;

const callers = {
  '@rocket.chat/ddp-client': async () => {
    const { DDPSDK } = await import('@rocket.chat/ddp-client');
    const sdk = DDPSDK.create(url, { retryCount: 0, retryTime: 100 });
    await sdk.connection.connect();
    await sdk.account.loginWithToken(token);
    return () => sdk.client.callAsync('whoami');
  },
  simpleddp: async () => {
    const simpleDDP = (await import('simpleddp')).default;
    const Client = simpleDDP.default ?? simpleDDP;
    const client = new Client({ endpoint: url, SocketConstructor: Told, autoReconnect: false });
    await client.connect();
    await client.call('login', { resume: token });
    return () => client.call('whoami');
  },
  sockjs: async () => {
    // SockJS' framing by hand: its client library opens the same address.
    const socket = new Told(url.replace('/websocket', '/sockjs/123/abcdefgh/websocket'));
    const waiting = new Map();
    await new Promise(opened => socket.on('message', data => {
      const text = data.toString();
      if (text === 'o') opened();
      if (!text.startsWith('a')) return;
      for (const message of JSON.parse(text.slice(1)).map(one => JSON.parse(one))) waiting.get(message.id)?.(message.result);
    }));
    let calls = 0;
    const call = (method, ...params) => new Promise(answered => {
      const id = String(++calls);
      waiting.set(id, answered);
      socket.send(JSON.stringify([JSON.stringify({ msg: 'method', id, method, params })]));
    });
    await call('login', { resume: token });
    return () => call('whoami');
  },
};

try {
  const whoami = await callers[library]();
  console.log(`signed in as ${await whoami()}`);
} catch (error) {
  console.log(`failed ${error?.message ?? JSON.stringify(error)}`);
}

// Ends a session with one of ZITADEL's clients, and asks for the same again, and for what is refused.
//   node zitadel.mjs CLIENT HTTP1_URL HTTP2_URL CALLER SESSION STRANGER
// Prints one JSON object: the details of both answers and what the refused call came to.

const [client, http1, http2, caller, session, stranger] = process.argv.slice(2);
const plain = details => ({ sequence: String(details.sequence), resourceOwner: details.resourceOwner, changed: Boolean(details.changeDate), created: Boolean(details.creationDate) });

// Each gives a function that deletes with a token; errors carry the gRPC code and the message.
const clients = {
  async 'client-grpc'() {
    const { createServerTransport } = await import('@zitadel/client/node');
    const { createSessionServiceClient } = await import('@zitadel/client/v2');
    return token => {
      const service = createSessionServiceClient(createServerTransport(token, { baseUrl: http2 }));
      return { remove: request => service.deleteSession(request), get: request => service.getSession(request), list: () => service.listSessions({}) };
    };
  },
  async 'client-grpc-web'() {
    const { createClientTransport } = await import('@zitadel/client/web');
    const { createSessionServiceClient } = await import('@zitadel/client/v2');
    return token => {
      const service = createSessionServiceClient(createClientTransport(token, { baseUrl: http1 }));
      return { remove: request => service.deleteSession(request), get: request => service.getSession(request), list: () => service.listSessions({}) };
    };
  },
  async 'node-v2beta'() {
    const { createSessionClient, createAccessTokenInterceptor } = await import('./node_modules/@zitadel/node/dist/api/index.js');
    return token => {
      const service = createSessionClient(http2, createAccessTokenInterceptor(token));
      return { remove: request => service.deleteSession(request), get: request => service.getSession(request), list: () => service.listSessions({}) };
    };
  },
  async 'connect-json'() { return connect({ useBinaryFormat: false }); },
  async 'connect-proto'() { return connect({ useBinaryFormat: true }); },
  async 'grpc-js'() {
    const grpc = (await import('@grpc/grpc-js')).default;
    // A second opinion on the wire: the messages written out by hand, two string fields.
    const field = (number, text) => text === undefined ? [] : [number << 3 | 2, Buffer.byteLength(text), ...Buffer.from(text)];
    const stub = new grpc.Client(new URL(http2).host, grpc.credentials.createInsecure());
    return token => {
      const metadata = new grpc.Metadata();
      metadata.set('authorization', `Bearer ${token}`);
      const call = (method, request) => new Promise((resolve, reject) => stub.makeUnaryRequest(
        `/zitadel.session.v2.SessionService/${method}`,
        value => Buffer.from([...field(1, value.sessionId), ...field(2, value.sessionToken)]), bytes => bytes, request, metadata,
        (error, bytes) => error ? reject(Object.assign(error, { rawMessage: error.details })) : resolve(bytes)));
      return {
        remove: async request => ({ details: details(await call('DeleteSession', request)) }),
        get: async request => { const text = (await call('GetSession', request)).toString('latin1'); return { session: { id: text.includes(request.sessionId) ? request.sessionId : '' } }; },
        list: async () => ({ sessions: [], raw: (await call('ListSessions', {})).length }),
      };
    };
    // DeleteSessionResponse { 1: Details { 1: sequence, 2: changed, 3: owner, 4: created } }
    function details(bytes) {
      let at = 2 + (bytes[1] > 127 ? 1 : 0);
      const found = {};
      while (at < bytes.length) {
        const tag = bytes[at++];
        let value = 0, shift = 0;
        do { value |= (bytes[at] & 127) << shift; shift += 7; } while (bytes[at++] > 127);
        if ((tag & 7) === 0) found.sequence = value;
        else { found[tag >> 3] = bytes.subarray(at, at + value); at += value; }
      }
      return { sequence: found.sequence, resourceOwner: found[3].toString(), changeDate: found[2], creationDate: found[4] };
    }
  },
};

async function connect(format) {
  const { createClient } = await import('@connectrpc/connect');
  const { createConnectTransport } = await import('@connectrpc/connect-node');
  const { SessionService } = await import('@zitadel/proto/zitadel/session/v2/session_service_pb.js');
  const service = createClient(SessionService, createConnectTransport({ baseUrl: http1, httpVersion: '1.1', ...format }));
  return token => {
    const options = { headers: { authorization: `Bearer ${token}` } };
    return { remove: request => service.deleteSession(request, options), get: request => service.getSession(request, options), list: () => service.listSessions({}, options) };
  };
}

const refused = async call => {
  try { await call(); return null; }
  catch (error) { return { code: error.code, message: error.rawMessage ?? error.details ?? error.message }; }
};

const as = await clients[client]();
const listed = await as(caller).list();
const got = await as(caller).get({ sessionId: session });
const result = {
  listed: listed.sessions.map(found => found.id),
  got: got.session.id,
  forbidden: await refused(() => as(stranger).remove({ sessionId: session })),
  wrong: await refused(() => as(stranger).remove({ sessionId: session, sessionToken: 'no such token' })),
  nobody: await refused(() => as('nonsense').remove({ sessionId: session })),
  first: plain((await as(caller).remove({ sessionId: session })).details),
  second: plain((await as(caller).remove({ sessionId: session })).details),
  gone: await refused(() => as(caller).get({ sessionId: session })),
};
console.log(JSON.stringify(result));
process.exit(0);

// Calls the backend's service through the gateway with @grpc/grpc-js and prints the messages and the final status.
//   node grpc.mjs HOST:PORT TOKEN Unary|ServerStream|BidiStream|HoldUnary
import grpc from '@grpc/grpc-js';

const [target, token, method] = process.argv.slice(2);
const text = { serialize: value => Buffer.from(value), deserialize: bytes => bytes.toString() };
const path = `/grpc.Test/${method}`;
const client = new grpc.Client(target, grpc.credentials.createInsecure());
const metadata = new grpc.Metadata();
metadata.set('authorization', `Bearer ${token}`);

const end = status => {
  console.log(`status ${status.code} ${status.details}`);
  process.exit(0);
};

if (method === 'Unary' || method === 'HoldUnary') {
  client.makeUnaryRequest(path, text.serialize, text.deserialize, 'one', metadata, (error, value) => {
    if (value !== undefined && value !== null) console.log(`message ${value}`);
    if (error) end(error);
  }).on('status', end);
  console.log('called');
} else {
  const call = method === 'ServerStream'
    ? client.makeServerStreamRequest(path, text.serialize, text.deserialize, 'tick', metadata)
    : client.makeBidiStreamRequest(path, text.serialize, text.deserialize, metadata);
  let messages = 0;
  call.on('data', value => { if (++messages === 3 || method === 'BidiStream') console.log(`message ${value}`); });
  call.on('error', () => { /* the status says it */ });
  call.on('status', end);
  if (method === 'BidiStream') call.write('one');
}

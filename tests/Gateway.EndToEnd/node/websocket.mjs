// Opens a WebSocket through the gateway with permessage-deflate, echoes once, says "open", and prints how it was closed.
//   node websocket.mjs URL TOKEN
import WebSocket from 'ws';

const [url, token] = process.argv.slice(2);
const socket = new WebSocket(url, { perMessageDeflate: true, headers: { authorization: `Bearer ${token}` } });
const long = 'compressible '.repeat(2000);
socket.on('open', () => socket.send(long));
socket.on('message', data => {
  if (data.toString() === long) console.log(`open ${socket.extensions || 'uncompressed'}`);
});
socket.on('close', (code, reason) => {
  console.log(`closed ${code} ${reason}`);
  process.exit(0);
});
socket.on('unexpected-response', (_, response) => {
  console.log(`refused ${response.statusCode}`);
  process.exit(0);
});
socket.on('error', error => console.log(`error ${error.message}`));

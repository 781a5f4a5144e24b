// Many streams on one HTTP/2 connection, half of one session and half of another; prints which of them ended.
//   node http2-streams.mjs URL TOKEN-A TOKEN-B COUNT
import http2 from 'node:http2';

const [url, tokenA, tokenB, count] = process.argv.slice(2);
const session = http2.connect(url);
session.on('error', error => console.log(`connection ${error.message}`));
session.on('close', () => console.log('connection closed'));

let open = 0, ended = 0;
const bytes = new Array(Number(count)).fill(0);
for (let n = 0; n < Number(count); n++) {
  const stream = session.request({ ':path': `/stream?ms=2&n=${n}`, authorization: `Bearer ${n % 2 === 0 ? tokenA : tokenB}` });
  stream.on('response', () => { if (++open === Number(count)) console.log('open'); });
  stream.on('data', chunk => { bytes[n] += chunk.length; });
  stream.on('error', () => {});
  stream.on('close', () => {
    console.log(`ended ${n} ${n % 2 === 0 ? 'A' : 'B'} with ${stream.rstCode}`);
    if (++ended === Number(count) / 2) {
      const before = [...bytes];
      setTimeout(() => {
        console.log(`others flow ${bytes.filter((length, i) => length > before[i]).length}`);
        process.exit(0);
      }, 300);
    }
  });
}

// Reads {"query","cookie"} a line; answers the names under which qs (Express 4) and cookie (Express) would read a value, as {"query":{},"cookie":{}}.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
const require = createRequire(new URL('../node/', import.meta.url));
const qs = require('qs');
const cookie = require('cookie');
const parse = cookie.parse ?? cookie.parseCookie;
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  console.log(JSON.stringify({ query: qs.parse(request.query, { allowPrototypes: true }), cookie: { ...parse(request.cookie) } }));
}

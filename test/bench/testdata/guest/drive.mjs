// The time that a request takes in the guest alone: a host for node that answers
// the calls of the scenarios hello, read, body, json and rules-N at next to no cost.
//
//   node --no-liftoff drive.mjs main.wasm body [requests in a round] [rounds]
//
// Rounds are short, and the quietest count (the smallest, and the one below which
// a twentieth lie), so other work on the machine changes little. KEEP names the
// callbacks that are called, without proxy_on_; COUNT=1 prints one request's calls.
import fs from 'node:fs';

const [file, scenario = 'hello', requests = '1000', rounds = '1000'] = process.argv.slice(2);
const text = new TextEncoder(), latin1 = new TextDecoder('latin1');
const hasBody = scenario === 'body' || scenario === 'json';
const rules = scenario.startsWith('rules-') ? +scenario.slice(6) : 0;

const headers = [[':authority', rules ? `host-${rules - 1}.test` : 'bench.test'], [':path', '/'], [':method', hasBody ? 'POST' : 'GET'],
  [':scheme', 'http'], ['x-forwarded-proto', 'http'], ['x-request-id', '6c0a3fd3-36aa-4c1c-a0b0-0a2d6b31b0a1']];
if (scenario === 'read') for (let i = 0; i < 10; i++) headers.push([`x-header-${i}`, `value number ${i} of ten`]);
const values = new Map(headers.map(([name, value]) => [name, text.encode(value)]));
const list = serialize(headers);
const config = rules ? text.encode(`{"value":"global","_rules_":[${Array.from({ length: rules },
  (_, i) => `{"_match_domain_":["host-${i}.test"],"value":"v"}`).join(',')}]}`) : new Uint8Array();
const body = scenario === 'json' ? chat() : text.encode('0123456789abcdef'.repeat(1024));

// serialize puts a list of pairs into the form of the ABI.
function serialize(pairs) {
  const size = pairs.reduce((n, [a, b]) => n + 8 + a.length + b.length + 2, 4);
  const out = new Uint8Array(size), view = new DataView(out.buffer);
  view.setUint32(0, pairs.length, true);
  pairs.flat().forEach((s, i) => view.setUint32(4 + 4 * i, s.length, true));
  let at = 4 + 8 * pairs.length;
  for (const s of pairs.flat()) { out.set(text.encode(s), at); at += s.length + 1; }
  return out;
}

// chat is a request to a language model, as in scenario json.
function chat() {
  let s = '{"stream":true,"messages":[';
  while (s.length < 16 << 10) s += `{"role":"user","content":"${'some words of a message, '.repeat(8)} \\"quoted\\" \\n"},`;
  return text.encode(s + '{"role":"user","content":"?"}],"temperature":0.7,"model":"large"}');
}

let bytes = new Uint8Array(), view, exports;
function refresh() {
  if (bytes.buffer !== exports.memory.buffer) {
    bytes = new Uint8Array(exports.memory.buffer);
    view = new DataView(exports.memory.buffer);
  }
}

// give hands data over as a result: into memory that the guest allocates.
function give(data, address, size) {
  const at = exports.proxy_on_memory_allocate(data.length);
  refresh();
  bytes.set(data, at);
  view.setUint32(address, at, true);
  view.setUint32(size, data.length, true);
  return 0;
}

const calls = {
  proxy_get_header_map_value(map, name, n, address, size) {
    refresh();
    const value = values.get(latin1.decode(bytes.subarray(name, name + n)));
    return value ? give(value, address, size) : 1;
  },
  proxy_get_header_map_pairs: (map, address, size) => give(list, address, size),
  proxy_get_buffer_bytes: (buffer, start, n, address, size) => {
    const data = buffer === 7 ? config : body;
    return data.length ? give(data, address, size) : 1;
  },
  proxy_get_property: () => 1,
  proxy_get_log_level(number) { refresh(); view.setUint32(number, 3, true); return 0; },
  proxy_log(level, at, n) { refresh(); console.error(latin1.decode(bytes.subarray(at, at + n))); return 0; },
  clock_time_get(id, precision, at) { refresh(); view.setBigUint64(at, process.hrtime.bigint(), true); return 0; },
  random_get(at, n) { refresh(); for (let i = 0; i < n; i++) bytes[at + i] = i * 37; return 0; },
  args_sizes_get: none, environ_sizes_get: none, fd_prestat_get: () => 8,
};
function none(a, b) { refresh(); view.setUint32(a, 0, true); view.setUint32(b, 0, true); return 0; }

const counts = {};
const module = new WebAssembly.Module(fs.readFileSync(file)), imports = {};
for (const { module: from, name } of WebAssembly.Module.imports(module)) {
  const f = calls[name] ?? (() => 0);
  (imports[from] ??= {})[name] = process.env.COUNT ? (...a) => { counts[name] = (counts[name] ?? 0) + 1; return f(...a); } : f;
}
exports = new WebAssembly.Instance(module, imports).exports;
exports._initialize?.();
exports.proxy_on_context_create?.(1, 0);
exports.proxy_on_vm_start?.(1, 0);
if (exports.proxy_on_configure?.(1, config.length) === 0) throw new Error('the plugin refuses its configuration');

const keep = process.env.KEEP?.split(',');
const callback = (name) => (!keep || keep.includes(name) ? exports['proxy_on_' + name] : undefined);
const [create, requestHeaders, requestBody, responseHeaders, responseBody, done, log, end] = ['context_create', 'request_headers',
  'request_body', 'response_headers', 'response_body', 'done', 'log', 'delete'].map(callback);
let next = 2;
function request() {
  const id = next++;
  create?.(id, 1);
  requestHeaders?.(id, headers.length, hasBody ? 0 : 1);
  if (hasBody) requestBody?.(id, body.length, 1);
  responseHeaders?.(id, 3, 1);
  done?.(id);
  log?.(id);
  end?.(id);
}

if (process.env.COUNT) {
  request(); // learns
  for (const name in counts) delete counts[name];
  request();
  console.log(counts);
  process.exit();
}
for (let i = 0; i < 20000; i++) request();
const times = [];
for (let round = 0; round < +rounds; round++) {
  const begin = process.hrtime.bigint();
  for (let i = 0; i < +requests; i++) request();
  times.push(Number(process.hrtime.bigint() - begin) / +requests);
}
times.sort((a, b) => a - b);
console.log(`${file} ${scenario}: ${times[0].toFixed(0)} ns a request, ${times[times.length / 20 | 0].toFixed(0)} at the twentieth part`);

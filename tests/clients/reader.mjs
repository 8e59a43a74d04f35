// A consumer that knows nothing but the contract: reads the stream over a raw socket, validates each message by the
// JSON Schemas, and prints a line for each: node reader.mjs SOCKET|HOST:PORT SCHEMAS STREAM
import net from "node:net";
import fs from "node:fs";
import path from "node:path";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const [address, folder, stream] = process.argv.slice(2);
const ajv = addFormats(new Ajv2020({ strict: true, allowUnionTypes: true, strictTypes: false, strictTuples: false }));
for (const name of fs.readdirSync(folder).filter((each) => each.includes(".v"))) {
  ajv.addSchema(JSON.parse(fs.readFileSync(path.join(folder, name), "utf8")));
}

function faults(event) {
  const schema = ajv.getSchema(event.dataschema ?? "");
  if (!schema) return [`no schema ${event.dataschema}`];
  return schema(event.data) ? [] : schema.errors.map((each) => `data${each.instancePath}: ${each.message}`);
}

// --- the Redis protocol: one command, one answer
function parse(buffer, at) {
  const end = buffer.indexOf("\r\n", at);
  if (end < 0) return null;
  const line = buffer.toString("utf8", at + 1, end), kind = String.fromCharCode(buffer[at]);
  if (kind === "+" || kind === ":") return [line, end + 2];
  if (kind === "-") throw new Error(line);
  const size = Number(line);
  if (size < 0) return [null, end + 2];
  if (kind === "$") return buffer.length < end + size + 4 ? null : [buffer.toString("utf8", end + 2, end + 2 + size), end + size + 4];
  const items = [];
  let next = end + 2;
  for (let n = 0; n < size; n++) {
    const item = parse(buffer, next);
    if (!item) return null;
    items.push(item[0]);
    next = item[1];
  }
  return [items, next];
}

const [host, port] = address.split(":");
const socket = net.connect(address.startsWith("/") ? { path: address } : { host, port: Number(port) });
let kept = Buffer.alloc(0), after = "0", failed = 0;

function ask() {
  const words = ["XREAD", "COUNT", "100", "STREAMS", stream, after];
  socket.write(`*${words.length}\r\n` + words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join(""));
}

function take(place, flat) {
  const fields = Object.fromEntries(flat.map((each, n) => (n % 2 ? null : [each, flat[n + 1]])).filter(Boolean));
  const event = JSON.parse(fields.event);
  const said = [
    ...faults(event),
    ...["id", "type", "subject"].filter((name) => fields[name] !== event[name]),
    ...(event.specversion === "1.0" && event.source && !Number.isNaN(Date.parse(event.time)) ? [] : ["envelope"]),
  ];
  failed += said.length ? 1 : 0;
  console.log(JSON.stringify({ id: event.id, type: event.type, faults: said }));
  after = place;
}

socket.on("connect", ask);
socket.on("error", (error) => { console.error(String(error)); process.exit(2); });
socket.on("data", (chunk) => {
  kept = Buffer.concat([kept, chunk]);
  const answer = parse(kept, 0);
  if (!answer) return;
  kept = kept.subarray(answer[1]);
  if (!answer[0]) { socket.end(); process.exitCode = failed ? 1 : 0; return; }
  for (const [, entries] of answer[0]) for (const [place, flat] of entries) take(place, flat);
  ask();
});

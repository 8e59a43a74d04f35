// A consumer that knows nothing but the contract: reads the stream over a raw socket, validates each message by the
// JSON Schemas, and prints a line for each: node reader.mjs SOCKET|HOST:PORT SCHEMAS STREAM
import net from "node:net";
import fs from "node:fs";
import path from "node:path";

const [address, folder, stream] = process.argv.slice(2);
const schemas = Object.fromEntries(
  fs.readdirSync(folder).filter((name) => name.includes(".v")).map((name) => {
    const schema = JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"));
    return [schema.$id, schema];
  }),
);

// --- the keywords of JSON Schema that the contract uses; an unknown one is a failure, not a pass
const NOTES = new Set(["$schema", "$id", "$defs", "title", "description", "default", "examples", "format", "discriminator"]);
const TYPES = {
  string: (v) => typeof v === "string", boolean: (v) => typeof v === "boolean", null: (v) => v === null,
  integer: (v) => Number.isInteger(v), number: (v) => typeof v === "number", array: Array.isArray,
  object: (v) => v !== null && typeof v === "object" && !Array.isArray(v),
};
const CHECKS = {
  type: (v, type) => [type].flat().some((each) => TYPES[each](v)),
  const: (v, wanted) => v === wanted,
  enum: (v, wanted) => wanted.includes(v),
  minimum: (v, n) => typeof v !== "number" || v >= n,
  maximum: (v, n) => typeof v !== "number" || v <= n,
  minItems: (v, n) => !Array.isArray(v) || v.length >= n,
  maxItems: (v, n) => !Array.isArray(v) || v.length <= n,
  minLength: (v, n) => typeof v !== "string" || [...v].length >= n,
};

function faults(value, schema, root, where) {
  if (schema === true) return [];
  const found = [];
  for (const [key, wanted] of Object.entries(schema)) {
    if (NOTES.has(key) || key === "then") continue;
    if (key in CHECKS) { if (!CHECKS[key](value, wanted)) found.push(`${where}: ${key} ${JSON.stringify(wanted)}`); }
    else if (key === "$ref") found.push(...faults(value, root.$defs[wanted.replace("#/$defs/", "")], root, where));
    else if (key === "anyOf") { if (!wanted.some((each) => !faults(value, each, root, where).length)) found.push(`${where}: anyOf`); }
    else if (key === "allOf") found.push(...wanted.flatMap((each) => faults(value, each, root, where)));
    else if (key === "if") { if (!faults(value, wanted, root, where).length) found.push(...faults(value, schema.then, root, where)); }
    else if (key === "required") found.push(...(TYPES.object(value) ? wanted : []).filter((name) => !(name in value)).map((name) => `${where}.${name}: missing`));
    else if (key === "properties") {
      if (TYPES.object(value)) for (const [name, each] of Object.entries(wanted)) if (name in value) found.push(...faults(value[name], each, root, `${where}.${name}`));
    } else if (key === "additionalProperties") {
      if (TYPES.object(value) && wanted !== true) for (const name of Object.keys(value)) if (!(name in (schema.properties ?? {}))) found.push(...(wanted === false ? [`${where}.${name}: unknown`] : faults(value[name], wanted, root, `${where}.${name}`)));
    } else if (key === "prefixItems") (Array.isArray(value) ? wanted : []).forEach((each, n) => { if (n < value.length) found.push(...faults(value[n], each, root, `${where}[${n}]`)); });
    else if (key === "items") { if (Array.isArray(value) && !schema.prefixItems) value.forEach((each, n) => found.push(...faults(each, wanted, root, `${where}[${n}]`))); }
    else found.push(`${where}: this client does not know ${key}`);
  }
  return found;
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
  const schema = schemas[event.dataschema];
  const said = [
    ...(schema ? faults(event.data, schema, schema, "data") : [`no schema ${event.dataschema}`]),
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

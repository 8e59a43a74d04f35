// Prints what AsyncAPI's own parser finds wrong with a document, a JSON array: node asyncapi.mjs DOCUMENT
import fs from "node:fs";
import { Parser } from "@asyncapi/parser";

const { document, diagnostics } = await new Parser().parse(fs.readFileSync(process.argv[2], "utf8"));
const WARNING = 1; // what is less is advice, such as to name a newer version of the standard
const found = diagnostics.filter((each) => each.severity <= WARNING).map((each) => `${each.path.join(".")}: ${each.message}`);
console.log(JSON.stringify(document || found.length ? found : ["it is no document"]));

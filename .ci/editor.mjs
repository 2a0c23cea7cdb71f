// What editors get: opens policies in a real YAML language server and compares what it says with docs/editor.md.
//
//   node .ci/editor.mjs SERVER           compare; SERVER is the program `yaml-language-server`
//   node .ci/editor.mjs SERVER --write   write the answers into docs/editor.md
//
// In docs/editor.md, a comment before a fenced block says what the block is: `editor:policy` the text that is opened,
// `editor:problems` the diagnostics, `editor:completion LINE:COLUMN` and `editor:hover LINE:COLUMN` the answers there.
// `editor:settings` is what VS Code sends as `yaml.schemas`.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const page = join(root, "docs/editor.md");
const published = "https://raw.githubusercontent.com/cogward/cogward/main/schemas/";
const [server, option] = process.argv.slice(2);
const limit = 20_000;

// --- the protocol: JSON-RPC with headers, over the standard streams ----------------------------

const child = spawn(process.execPath, [server, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
const waiting = new Map();
const diagnosed = new Map();
let settings = {};
let received = Buffer.alloc(0);
let last = 0;

function send(message) {
  const body = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
  child.stdin.write(`Content-Length: ${body.length}\r\n\r\n`);
  child.stdin.write(body);
}

function within(what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit / 1000} s: ${what}`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function ask(method, params) {
  const id = ++last;
  send({ id, method, params });
  return within(method, new Promise((done, failed) => waiting.set(id, { done, failed })));
}

function receive(message) {
  if (message.method === "textDocument/publishDiagnostics") {
    diagnosed.get(message.params.uri)?.(message.params.diagnostics);
  } else if (message.method === "workspace/configuration") {
    send({ id: message.id, result: message.params.items.map((item) => settings[item.section] ?? {}) });
  } else if (message.method && message.id !== undefined) {
    send({ id: message.id, result: null });
  } else if (waiting.has(message.id)) {
    const { done, failed } = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error) failed(new Error(message.error.message));
    else done(message.result);
  }
}

child.stdout.on("data", (chunk) => {
  received = Buffer.concat([received, chunk]);
  for (;;) {
    const head = received.indexOf("\r\n\r\n");
    if (head < 0) return;
    const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, head).toString())[1]);
    if (received.length < head + 4 + length) return;
    const body = received.subarray(head + 4, head + 4 + length).toString();
    received = received.subarray(head + 4 + length);
    receive(JSON.parse(body));
  }
});

// Opens a text as the file `path` and waits for its diagnostics.
function open(path, text) {
  const uri = pathToFileURL(join(root, path)).href;
  const answer = new Promise((done) => diagnosed.set(uri, done));
  send({ method: "textDocument/didOpen", params: { textDocument: { uri, languageId: "yaml", version: 1, text } } });
  return within(`diagnostics of ${path}`, answer).then((problems) => ({ uri, problems }));
}

async function configure(schemas) {
  settings = {
    yaml: { validate: true, hover: true, completion: true, schemas, schemaStore: { enable: false } },
    "[yaml]": {},
  };
  send({ method: "workspace/didChangeConfiguration", params: { settings } });
}

const at = (uri, line, column) => ({ textDocument: { uri }, position: { line: line - 1, character: column - 1 } });

async function completion(uri, line, column) {
  const list = await ask("textDocument/completion", at(uri, line, column));
  return list.items.map((item) => item.label);
}

async function hover(uri, line, column) {
  const answer = await ask("textDocument/hover", at(uri, line, column));
  return answer?.contents.value ?? "";
}

// --- the page ----------------------------------------------------------------------------------

// Fenced blocks below a comment `editor:KIND PLACE`.
function blocks(text) {
  const found = [];
  const pattern = /<!-- editor:(\w+)(?: (\d+):(\d+))? -->\n```\w+\n([^]*?)```\n/g;
  for (const match of text.matchAll(pattern)) {
    const [, kind, line, column, body] = match;
    found.push({ kind, line: Number(line), column: Number(column), body, start: match.index + match[0].length - 4 - body.length });
  }
  return found;
}

// Published schemas are read from this repository: the newest is not online yet.
const local = (text, folder) => text.replaceAll(published, `${folder}schemas/`);

async function answers(found) {
  const { body } = found.find((block) => block.kind === "policy");
  const { uri, problems } = await open("docs/example.yaml", local(body, "../"));
  const said = new Map();
  for (const block of found) {
    if (block.kind === "problems") {
      const lines = problems.map(({ range, message }) => `${range.start.line + 1}:${range.start.character + 1} ${message}\n`);
      said.set(block, lines.join(""));
    } else if (block.kind === "completion") {
      said.set(block, `${(await completion(uri, block.line, block.column)).join("\n")}\n`);
    } else if (block.kind === "hover") {
      said.set(block, `${readable(await hover(uri, block.line, block.column))}\n`);
    }
  }
  return said;
}

// Hover texts are Markdown: a heading, the description, the source.
function readable(markdown) {
  return markdown
    .replace(/\n*Source: .*$/s, "")
    .replaceAll("&nbsp;", " ")
    .replaceAll(/\\([^\w\s])/g, "$1")
    .trim();
}

// --- what is checked ---------------------------------------------------------------------------

const faults = [];
const check = (holds, fault) => holds || faults.push(fault);

function files(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => name.endsWith(".yaml"))
    .sort()
    .map((name) => `${folder}/${name}`);
}

// Every file that is shipped leads to its schema, and the server finds nothing wrong with it.
async function shipped() {
  const all = [...files("policies"), ...files("src/simulator/demo/policies"), ...files("rules")];
  await Promise.all(all.map(async (path) => {
    const text = readFileSync(join(root, path), "utf8");
    const [, schema] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text) ?? [];
    check(schema, `${path} has no line that names its schema`);
    if (!schema) return;
    const folder = "../".repeat(path.split("/").length - 1);
    const known = schema.startsWith(published)
      ? join(root, "schemas", schema.slice(published.length))
      : resolve(root, dirname(path), schema);
    check(existsSync(known), `${path}: ${schema} does not exist`);
    const { uri, problems } = await open(path, local(text, folder));
    check(problems.length === 0, `${path}: ${JSON.stringify(problems)}`);
    const first = text.split("\n").findIndex((line) => /^(version|id): /.test(line));
    check(readable(await hover(uri, first + 1, 1)) !== "", `${path}: no hover on its first key: the schema was not read`);
  }));
  return all.length;
}

// The settings of the page serve files without a line of their own.
async function bySettings(found) {
  const { body } = found.find((block) => block.kind === "settings");
  await configure(JSON.parse(local(body, `${pathToFileURL(root).href}/`))["yaml.schemas"]);
  const text = "version: 1\nmode:\n  standard: ENFORCE\n";
  const { problems } = await open("docs/cognito/a.cogward.yaml", text);
  check(problems.length === 1, `by settings: ${JSON.stringify(problems)}`);
}

async function main() {
  await ask("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(root).href,
    workspaceFolders: [{ uri: pathToFileURL(root).href, name: "cogward" }],
    capabilities: {
      workspace: { configuration: true, workspaceFolders: true },
      textDocument: {
        publishDiagnostics: {},
        hover: { contentFormat: ["markdown"] },
        completion: { completionItem: { snippetSupport: true } },
      },
    },
  });
  send({ method: "initialized", params: {} });
  await configure({});
  let text = readFileSync(page, "utf8");
  const found = blocks(text);
  const said = await answers(found);
  for (const [block, answer] of [...said].reverse()) {
    check(answer === block.body, `docs/editor.md, ${block.kind} ${block.line || ""}: the server says\n${answer}`);
    text = text.slice(0, block.start) + answer + text.slice(block.start + block.body.length);
  }
  if (option === "--write") {
    writeFileSync(page, text);
    faults.length = 0;
  }
  const count = await shipped();
  await bySettings(found);
  console.log(`${said.size} answers of the language server in docs/editor.md, ${count} shipped files`);
  await ask("shutdown", null);
  send({ method: "exit" });
  for (const fault of faults) console.error(fault);
  process.exitCode = faults.length === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
  child.kill();
});

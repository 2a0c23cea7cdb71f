// Reports as pages, in a real browser: axe-core finds no violation, nothing is wider than the screen, nothing is loaded, and
// what the small script of an estate does works, as does the page without it.
//
//   node .ci/pages.mjs COGWARD MODULES BROWSER            check; MODULES has axe-core and playwright-core
//   node .ci/pages.mjs COGWARD MODULES BROWSER PICTURES   and write pages and pictures of them into a folder
//
// The pools are those of `cogward demo --serve`; more of them are made from its snapshot.

import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [cogward, modules, browser, pictures] = process.argv.slice(2).map((path) => resolve(path));
const need = createRequire(join(modules, "node_modules/"));
const { chromium } = need("playwright-core");
const axe = readFileSync(need.resolve("axe-core/axe.min.js"), "utf8");

const MOST_BYTES = 1_000_000;
const VIEWS = [
  { name: "desktop", width: 1280, height: 900, colorScheme: "light" },
  { name: "phone", width: 390, height: 844, colorScheme: "light" },
  { name: "dark", width: 1280, height: 900, colorScheme: "dark" },
  { name: "phone-dark", width: 390, height: 844, colorScheme: "dark" },
];

const work = mkdtempSync(join(tmpdir(), "cogward-pages."));
const at = (name) => join(work, name);
const environment = { ...process.env, AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null", NO_PROXY: "127.0.0.1" };

// --- pages -----------------------------------------------------------------------------------------

// Simulated AWS; resolves when the environment for it is known.
function serve() {
  const child = spawn(cogward, ["demo", "--serve", "--dir", at("demo")], { cwd: work, env: environment, stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((ready, failed) => {
    let text = "";
    child.on("exit", (code) => failed(new Error(`cogward demo --serve ended: ${code}\n${text}`)));
    child.stdout.on("data", (data) => {
      text += data;
      if (!text.includes("Ctrl-C")) return;
      for (const [, name, value] of text.matchAll(/^export (AWS_\w+)=(.*)$/gm)) environment[name] = value;
      ready(child);
    });
  });
}

// What a command prints; it may end with one of these exit codes.
function run(program, args, codes = [0]) {
  const ran = spawnSync(program, args, { cwd: at("demo"), env: environment, maxBuffer: 1 << 26 });
  if (!codes.includes(ran.status)) throw new Error(`${args.join(" ")}: exit code ${ran.status}\n${ran.stderr}`);
  return ran.stdout;
}

function report(name, ...args) {
  // Findings, input errors, differences, refusals.
  writeFileSync(at(`${name}.html`), run(cogward, [...args, "--format", "html"], [0, 1, 2, 3, 5]));
  return name;
}

// A snapshot of so many pools: those of the demo again and again, each with a name, an id and a state of its own.
function pools(from, count) {
  const snapshot = JSON.parse(readFileSync(from, "utf8"));
  const kinds = snapshot.pools;
  const copy = (n) => {
    const text = JSON.stringify(kinds[n % kinds.length]);
    const pool = JSON.parse(text.replaceAll(kinds[n % kinds.length].id, `us-west-2_Pool${String(n).padStart(5, "0")}`));
    pool.name = `${pool.name}-${["prod", "staging", "partner-portal", "a-name-that-is-as-long-as-some-teams-like-their-names"][n % 7 % 4]}-${n}`;
    if (n % 5 === 0) pool.mode = { standard: ["OFF", "AUDIT", "ENFORCED"][n % 3], custom: "OFF" };
    if (n % 11 === 0) pool.feature_plan = "ESSENTIALS";
    return pool;
  };
  writeFileSync(at(`pools-${count}.json`), JSON.stringify({ ...snapshot, pools: Array.from({ length: count }, (_, n) => copy(n)) }));
  return at(`pools-${count}.json`);
}

// Three weeks of an export: mostly quiet, with some risk and one night of guessing.
function events() {
  const countries = ["Germany", "France", "Spain", "Viet Nam", "United States", "Japan", "Brazil", "Canada", "Poland", "Kenya", "India", "Chile", "Korea, Republic of"];
  const lines = [];
  let seed = 7;
  const chance = (most) => (seed = (seed * 48271) % 2147483647) % most;
  for (let n = 0; n < 1500; n++) {
    const night = n >= 1200;
    const time = Date.UTC(2026, 9, 5) + (night ? 15 * 86400000 + (n - 1200) * 40000 : chance(21 * 86400) * 1000);
    const level = night ? ["High", "High", "Medium", ""][chance(4)] : ["", "", "", "", "", "", "Low", "Medium", "High", ""][chance(10)];
    const message = {
      eventId: `e-${n}`, eventType: "SignIn", userSub: `s-${night ? chance(40) : chance(300)}`, userName: `user-${n % 300}`,
      userPoolId: "us-west-2_Customer2", clientId: ["2customers00000000000web00", "2customers00000000mobile00"][chance(3) % 2],
      eventResponse: night || chance(12) === 0 ? "Fail" : "Pass", riskLevel: level, riskDecision: level ? "AccountTakeover" : "PASS",
      ipAddress: night ? `198.51.100.${chance(20)}` : `192.0.2.${chance(200)}`, country: night ? "Viet Nam" : countries[chance(100) < 60 ? 0 : chance(13)],
      compromisedCredentialDetected: chance(200) === 0 ? "true" : "false", hasContextData: "true",
    };
    lines.push(JSON.stringify({ eventTimestamp: String(time), eventSource: "USER_ACTIVITY", message }));
  }
  writeFileSync(at("export.jsonl"), lines.join("\n") + "\n");
}

// Every kind of page; the names of their files.
function write() {
  const demo = (name) => join(work, "demo/policies", name);
  run(cogward, ["snapshot", "-o", at("pools.json")]);
  events();
  const names = [report("lint", "lint", "policies"), report("diff", "diff", "policies")];
  for (const count of [1, 3, 200]) names.push(report(`scan-${count}`, "scan", "--from", pools(at("pools.json"), count)));
  names.push(report("impact", "impact", "policies", "--events", at("export.jsonl"), "--from", at("pools.json")));
  names.push(report("insights", "insights", at("export.jsonl")));
  names.push(report("investigate", "investigate", "--pool", "us-west-2_Members004", "--alarm", "members-takeover"));
  names.push(report("protection", "explain", "--pool", "us-west-2_Customer2"));
  names.push(report("plan", "apply", "policies", "--dry-run"));
  mkdirSync(at("kept"));
  for (const day of ["2026-10-05", "2026-10-20"]) {
    run(cogward, ["scan", "--quiet", "--today", day, "-o", at(`kept/scan-${day}.json`)], [1]);
    run(cogward, ["diff", "--quiet", "--today", day, "-o", at(`kept/diff-${day}.json`), "--ledger", at("kept/ledger.jsonl")], [0, 3]);
  }
  names.push(report("history", "history", at("kept")), report("evidence", "evidence", "policies", "--record", at("kept")));
  const git = (...args) => run("git", ["-c", "user.name=ci", "-c", "user.email=ci@example.com", ...args]);
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "-m", "before");
  names.push(report("review-same", "lint", "policies", "--base", "HEAD"));
  writeFileSync(demo("partners.yaml"), readFileSync(demo("partners.yaml"), "utf8") + "mode: { standard: ENFORCED }\n");
  names.push(report("gate", "gate", "policies"));
  writeFileSync(demo("customers.yaml"), readFileSync(demo("customers.yaml"), "utf8").replace("standard: ENFORCED", "standard: AUDIT"));
  rmSync(demo("webshop.yaml"));
  names.push(report("review", "lint", "policies", "--base", "HEAD"), report("review-live", "diff", "policies", "--base", "HEAD"));
  writeFileSync(demo("broken.yaml"), "version: 1\nname: broken\nmode: { standart: ON }\n");
  names.push(report("faults", "lint", "policies"));
  return names;
}

// --- what is wrong with a page -----------------------------------------------------------------------

const problems = [];

async function check(context, name, view) {
  const page = await context.newPage();
  const say = (words) => problems.push(`${name}, ${view.name}: ${words}`);
  page.on("console", (message) => say(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => say(`error in the page: ${error.message}`));
  page.on("request", (request) => request.url().startsWith("file:") || say(`loads ${request.url()}`));
  await page.goto(pathToFileURL(at(`${name}.html`)).href);
  // Folded parts are read as well.
  await page.evaluate(() => document.querySelectorAll("details").forEach((part) => part.setAttribute("open", "")));
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) say(`${wide} pixels wider than the screen`);
  const tables = await page.evaluate(() => [...document.querySelectorAll(".grid.stack")].filter((one) => one.scrollWidth > one.clientWidth).length);
  if (tables > 0 && view.width < 640) say(`${tables} tables are wider than the screen`);
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run());
  for (const rule of found.violations) {
    const [first] = rule.nodes;
    say(`${rule.id} (${rule.impact}, ${rule.nodes.length} places): ${rule.help}\n    ${first.html.slice(0, 200)}\n    ${first.failureSummary.replaceAll("\n", " ")}`);
  }
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.${view.name}.png`), fullPage: true });
  await page.close();
  return found.passes.length;
}

// The script of an estate: search and sort, and the choices that need none.
async function scripted(context, name) {
  const page = await context.newPage();
  const say = (words) => problems.push(`${name}: ${words}`);
  await page.goto(pathToFileURL(at(`${name}.html`)).href);
  const rows = () => page.locator(".pools tbody tr").filter({ visible: true });
  const all = await rows().count();
  await page.fill("#search input", "partner-portal-44");
  if ((await rows().count()) !== 1) say(`a search for one pool shows ${await rows().count()}`);
  if (!(await page.textContent("#search output")).startsWith(`1 of ${all} pools, `)) say("a search does not say how many it found");
  await page.fill("#search input", "");
  if ((await rows().count()) !== all) say("an empty search hides pools");
  const names = () => page.locator(".pools tbody tr > th").allTextContents();
  const before = await names();
  await page.click(".pools thead th:first-child button");
  const sorted = await names();
  const wanted = [...before].sort(new Intl.Collator("en", { numeric: true }).compare);
  if (sorted.join() !== wanted.join()) say("names are not in order");
  await page.click(".pools thead th:nth-child(11) button");
  const errors = (await page.locator(".pools tbody td:nth-child(11)").allTextContents()).map(Number);
  if (errors.some((count, at) => at > 0 && errors[at - 1] < count)) say(`errors are not in order: ${errors.slice(0, 12)}`);
  await page.check("#only-error");
  const chosen = await rows().count();
  if (chosen === 0 || chosen === all) say(`with errors: ${chosen} of ${all} pools`);
  await page.close();
}

async function main() {
  const server = await serve();
  let names;
  try {
    names = write();
  } finally {
    server.removeAllListeners("exit");
    server.kill();
  }
  for (const name of names) {
    const bytes = statSync(at(`${name}.html`)).size;
    if (bytes > MOST_BYTES) problems.push(`${name}: ${bytes} bytes, more than ${MOST_BYTES}`);
    if (pictures) {
      mkdirSync(pictures, { recursive: true });
      writeFileSync(join(pictures, `${name}.html`), readFileSync(at(`${name}.html`)));
    }
  }
  const started = await chromium.launch({
    executablePath: browser,
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  let passes = 0;
  for (const view of VIEWS) {
    const { width, height, colorScheme } = view;
    // What is evaluated here is no part of the page: its policy must not keep it out.
    const context = await started.newContext({ viewport: { width, height }, colorScheme, offline: true });
    for (const name of names) passes += await check(context, name, view);
    await context.close();
  }
  const context = await started.newContext({ offline: true });
  await scripted(context, "scan-200");
  await started.close();
  if (problems.length) throw new Error(problems.join("\n"));
  console.log(`${names.length} pages in ${VIEWS.length} views: no violation, ${passes} rules of axe-core passed`);
}

main()
  .catch((problem) => {
    console.error(problem.message);
    process.exitCode = 1;
  })
  .finally(() => rmSync(work, { recursive: true, force: true }));

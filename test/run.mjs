// Runs the tests: everything, or the parts named (`node test/run.mjs unit component`). Plain JavaScript, so that
// it can say in a sentence that node_modules or the pinned Node is missing.
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const bin = (name) => join(ROOT, "node_modules", ".bin", name);
const NODE = Number.parseInt(process.versions.node, 10) >= 24 ? process.execPath : bin("node");
/** One part may take this long; a file that does not end by itself is a failure, not a wait. */
const PART_LIMIT_MS = 15 * 60_000;
/** What tsc and Node keep from run to run, both by what the files hold; it goes with node_modules. */
const CACHE = join(ROOT, "node_modules", ".cache", "palisade");

if (!existsSync(bin("biome"))) {
  console.error("The packages are not installed; run npm test, or node server/setup.mjs test");
  process.exit(1);
}

// --- what each part runs -------------------------------------------------------------------------------

function testFiles(...folders) {
  const inside = (path) =>
    readdirSync(join(ROOT, path), { withFileTypes: true }).flatMap((entry) => {
      const name = `${path}/${entry.name}`;
      if (entry.isDirectory()) return inside(name);
      return entry.name.endsWith(".test.ts") ? [name] : [];
    });
  return folders
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap(inside)
    .sort();
}

const rootFiles = () =>
  readdirSync(join(ROOT, "test"))
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => `test/${name}`);

/** Deno's real binary: the script in .bin would leave it behind when a part is ended. */
function deno() {
  const folder = join(ROOT, "node_modules", "@deno");
  const platform = existsSync(folder) ? readdirSync(folder)[0] : undefined;
  return platform === undefined ? bin("deno") : join(folder, platform, "deno");
}

const nodeTests = (files, ...flags) =>
  files.length === 0 ? [] : [[NODE, ["--test", "--test-reporter=spec", ...flags, ...files]]];

const CORES = availableParallelism();
/** What starts processes and waits for them leaves a core idle now and then: one file more than there are cores. */
const AND_ONE = [`--test-concurrency=${CORES + 1}`];

const REAL_LIMIT = "--test-timeout=420000";

/** Files that hold something against a time, with cameras: one after the other, so that they do not disturb each other. */
const TIMED = ["camera-net", "cameras", "eye", "faults", "trip", "power-cut"].map(
  (name) => `test/component/${name}.test.ts`,
);
/** These too, but they need hardly any processor: three at a time on two cores; with four they failed. */
const TIMED_LIGHT = [
  ...[
    "camera-faults",
    "cell",
    "box",
    "camera",
    "drop",
    "guardian",
    "guardian_boards",
    "guardian_hard",
    "hand",
  ],
  ...["http-source", "models", "relay-link", "shutdown", "trust"],
].map((name) => `test/component/${name}.test.ts`);
/** And those with a box and a browser at once: two of these on two cores make its cameras late. */
const TIMED_SCREENS = ["add-camera", "kiosk", "lost", "nine", "trip", "try-outputs"].map(
  (name) => `test/browser/${name}.test.ts`,
);

/**
 * What runs real processes may fail by what else the machine does. Such a file may pass by passing twice in a row, alone;
 * the table says so. More files at once are no coincidence. What kills processes (chaos) gets no second try.
 */
const mayAgain = (file) => /^test\/(?:component|browser)\//.test(file);
const MOST_AGAIN = 2;

/** Real processes: first the files that may run side by side, then the light ones among themselves, then the others. */
function realParts(folder, timed, light) {
  const files = testFiles(folder);
  return [
    ...nodeTests(
      files.filter((file) => !timed.includes(file) && !light.includes(file)),
      ...AND_ONE,
      REAL_LIMIT,
    ),
    ...nodeTests(
      files.filter((file) => light.includes(file)),
      ...AND_ONE,
      REAL_LIMIT,
    ),
    ...nodeTests(
      files.filter((file) => timed.includes(file)),
      "--test-concurrency=1",
      REAL_LIMIT,
    ),
  ];
}

/** The commands of each part, step after step; those of one step run side by side. */
const PARTS = {
  check: () => [
    [
      [bin("biome"), ["check"]],
      [bin("tsc"), ["--incremental", "--tsBuildInfoFile", join(CACHE, "tsc.json")]],
    ],
  ],
  unit: () => [
    [
      // In one process: one a file takes twice the processor of the tests themselves.
      ...nodeTests(
        [...rootFiles(), ...testFiles("test/unit")],
        "--test-isolation=none",
        "--test-timeout=60000",
      ),
      ...nodeTests(testFiles("test/contract"), "--test-timeout=60000"),
    ],
  ],
  deno: () => [
    [[deno(), ["test", "-A", "--no-check", "--parallel", ...testFiles("test/unit", "test/contract")]]],
  ],
  component: () => realParts("test/component", TIMED, TIMED_LIGHT).map((command) => [command]),
  browser: () => realParts("test/browser", TIMED_SCREENS, []).map((command) => [command]),
  chaos: () => [nodeTests(testFiles("test/chaos"), "--test-concurrency=1", REAL_LIMIT)],
};

// --- running one ---------------------------------------------------------------------------------------

const TAG = `PALISADE_RUN_ID=${process.pid}-${Date.now()}`;

/** The folder of outside models and clips, which are not ours to give away: beside the checkout, or named. */
function outsideFolder() {
  if (process.env.PALISADE_SHARED) return process.env.PALISADE_SHARED;
  const beside = resolve(ROOT, "..", "shared");
  return ["models", "footage"].every((name) => existsSync(join(beside, name))) ? beside : undefined;
}

const outside = outsideFolder();
const env = {
  ...process.env,
  PATH: `${join(ROOT, "node_modules", ".bin")}:${process.env.PATH ?? ""}`,
  NO_COLOR: "1",
  PALISADE_RUN_ID: TAG.slice("PALISADE_RUN_ID=".length),
  ...(outside === undefined ? {} : { PALISADE_SHARED: outside }),
};
delete env.FORCE_COLOR;
delete env.NODE_TEST_CONTEXT;

/** Compiled once, not in each of the many files and boxes. Chaos measures real starts, and must not have it. */
const COMPILED = { NODE_COMPILE_CACHE: join(CACHE, "compiled") };
const COMPILED_PARTS = ["unit", "component", "browser"];

/** Resolves with the exit code and everything it wrote, which is passed on as it comes, or else whole at its end. */
function run([command, args], more, asItComes = true) {
  return new Promise((done) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...env, ...more },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    const pass = (stream) => (chunk) => {
      text += chunk;
      if (asItComes) stream.write(chunk);
    };
    child.stdout.setEncoding("utf8").on("data", pass(process.stdout));
    child.stderr.setEncoding("utf8").on("data", pass(process.stderr));
    const limit = setTimeout(() => {
      console.error(`Ended after ${PART_LIMIT_MS / 60_000} minutes: something in it does not end by itself`);
      child.kill("SIGKILL");
    }, PART_LIMIT_MS);
    child.once("error", (error) => {
      clearTimeout(limit);
      console.error(`Cannot run ${command}: ${error.message}`);
      done({ code: 127, text });
    });
    child.once("close", (code) => {
      clearTimeout(limit);
      if (!asItComes) process.stdout.write(text);
      done({ code: code ?? 1, text });
    });
  });
}

/** Processes the tests left behind, by the tag every one of them inherits. */
function leftovers() {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc").flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return [];
    try {
      if (!readFileSync(`/proc/${pid}/environ`, "utf8").includes(TAG)) return [];
      return [
        { pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ") },
      ];
    } catch {
      return []; // it has just gone, or is another user's
    }
  });
}

/** Those that are still there after two seconds, ended. */
async function endLeftovers() {
  const end = Date.now() + 2000;
  while (leftovers().length > 0 && Date.now() < end) await new Promise((again) => setTimeout(again, 50));
  const left = leftovers();
  for (const { pid, command } of left) {
    console.error(`Left behind: ${pid} ${command}`);
    try {
      process.kill(pid, "SIGKILL");
    } catch (error) {
      if (error.code !== "ESRCH") throw error;
    }
  }
  return left.length;
}

/** The closing lines of node's spec reporter and of deno. */
function countsIn(text) {
  const node = (word) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
  if (/^ℹ tests \d+$/m.test(text)) {
    return {
      passed: node("pass"),
      failed: node("fail") + node("cancelled"),
      skipped: node("skipped") + node("todo"),
    };
  }
  const closing = /^(?:ok|FAILED) \| .*$/m.exec(text)?.[0] ?? "";
  const number = (word) => Number(new RegExp(`(\\d+) ${word}`).exec(closing)?.[1] ?? 0);
  return { passed: number("passed"), failed: number("failed"), skipped: number("ignored") };
}

/** What node says of the tests that failed, at the end of its run, and the files they are in. */
function failuresIn(text) {
  const told = /^✖ failing tests:$[\s\S]*/m.exec(text)?.[0] ?? text.split("\n").slice(-40).join("\n");
  const files = [...told.matchAll(/^test at (\S+?):\d+:\d+$/gm)].map((match) => match[1]);
  return { told: told.trim(), files: [...new Set(files)] };
}

/** Why tests were left out: the reasons node prints behind `#`. */
const reasonsIn = (text) => [...text.matchAll(/^\s*﹣ .*? \([\d.]+ms\) # (.+)$/gm)].map((match) => match[1]);

/** Whether the files pass twice in a row, one after the other. */
async function passTwice(files) {
  for (let time = 0; time < 2; time++) {
    console.log(`\n── again, because of their failures: ${files.join(", ")}`);
    const [command] = nodeTests(files, "--test-concurrency=1", REAL_LIMIT);
    if ((await run(command, {})).code !== 0) return false;
  }
  return true;
}

async function runPart(name) {
  const began = performance.now();
  const total = { name, passed: 0, failed: 0, skipped: 0, reasons: [], notes: [], told: [] };
  const judge = async ({ code, text }) => {
    const counts = name === "check" ? { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 } : countsIn(text);
    total.passed += counts.passed;
    total.skipped += counts.skipped;
    total.reasons.push(...reasonsIn(text));
    if (code === 0 && counts.failed === 0) return;
    const { told, files } = failuresIn(text);
    total.told.push(told);
    const areFew = files.length > 0 && files.length <= MOST_AGAIN;
    if (areFew && files.every(mayAgain) && (await passTwice(files))) {
      total.passed += counts.failed;
      total.notes.push(`failed once, then passed twice alone: ${files.join(", ")}`);
      return;
    }
    // A runner that ends badly without naming a failed test has failed itself.
    total.failed += Math.max(1, counts.failed);
  };
  for (const step of PARTS[name]()) {
    for (const [command, args] of step)
      console.log(`\n── ${name}: ${command.split("/").pop()} ${args.slice(0, 2).join(" ")}`);
    const more = COMPILED_PARTS.includes(name) ? COMPILED : {};
    const ended = await Promise.all(step.map((command) => run(command, more, step.length === 1)));
    for (const each of ended) await judge(each);
  }
  const left = await endLeftovers();
  if (left > 0) {
    total.failed++;
    total.notes.push(`left ${left} processes behind`);
  }
  if (total.passed + total.failed + total.skipped === 0) {
    total.failed++;
    total.notes.push("ran no test at all");
  }
  return { ...total, seconds: (performance.now() - began) / 1000 };
}

// --- the run -------------------------------------------------------------------------------------------

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in PARTS));
if (unknown.length > 0) {
  console.error(`There is no part "${unknown.join('", "')}"; there are ${Object.keys(PARTS).join(", ")}`);
  process.exit(2);
}
const results = [];
for (const name of wanted.length > 0 ? wanted : Object.keys(PARTS)) results.push(await runPart(name));

// Once more at the end, where whoever reads a long log looks first.
for (const { name, told } of results)
  for (const text of told) console.log(`\n── ${name}: what failed\n${text}`);

console.log("\npart        passed  failed  skipped     time");
for (const { name, passed, failed, skipped, seconds, notes } of results) {
  const cells = [passed, failed, skipped].map((count, i) => String(count).padStart([6, 6, 7][i])).join("  ");
  console.log(
    `${name.padEnd(10)}  ${cells}  ${`${seconds.toFixed(1)} s`.padStart(7)}  ${notes.join(", ")}`.trimEnd(),
  );
}
const reasons = Map.groupBy(
  results.flatMap((part) => part.reasons),
  (reason) => reason,
);
for (const [reason, tests] of reasons) console.log(`left out: ${tests.length} × ${reason}`);
if (outside === undefined) {
  console.log(
    "left out: what needs outside models and clips; cure: PALISADE_SHARED=<folder with models/ and footage/>",
  );
}
const sum = (key) => results.reduce((all, part) => all + part[key], 0);
console.log(`${sum("passed")} passed, ${sum("failed")} failed, ${sum("skipped")} skipped`);
process.exitCode = sum("failed") > 0 ? 1 : 0;

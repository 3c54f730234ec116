/** Imports go down: the floors of ARCHITECTURE.md, held over every file. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { ROOT } from "./support/runtime.ts";
import { filesUnder, importsOf, read, withoutComments } from "./support/source.ts";

interface Room {
  /** Rooms it may import besides itself. */
  readonly values: readonly string[];
  /** Rooms it may import by `import type` alone. */
  readonly types?: readonly string[];
}

const GROUND = ["server/base", "server/domain"];
const FLOOR_1 = ["camera", "detect", "relay", "store", "evidence", "system", "integrate", "network"].map(
  (r) => `server/${r}`,
);
/** Pages of the server that stand above the rooms and know them by interface. */
const PAGES = [
  "pipeline",
  "journal",
  "provision",
  "demonstration",
  "environment",
  "running",
  "starts",
  "troubles",
].map((page) => `server/${page}.ts`);
/** Where everything is wired: the server's first page and what it is made of. */
const FIRST_PAGE = [
  "main",
  "box",
  "guard",
  "settle",
  "doctor",
  "palisade",
  "commands",
  "record",
  "record_broker",
  "backups",
  "restores",
  "stop_pictures",
  "zone_pictures",
  "clips",
  "evidence_kept",
  "upkeep",
  "walk_records",
  "walks",
  "models",
  "model_trial",
  "last_good",
  "versions",
  "draft",
  "calibration",
  "camera_commands",
  "model_before",
  "self",
  "faults",
  "panels",
  "lan",
].map((page) => `server/${page}.ts`);

/** A room is a folder or a single file. What is in none of them fails. */
const ROOMS: Readonly<Record<string, Room>> = {
  "server/domain": { values: [] },
  "server/base": { values: [] },
  ...Object.fromEntries(FLOOR_1.map((room) => [room, { values: GROUND }])),
  ...Object.fromEntries(PAGES.map((page) => [page, { values: GROUND, types: FLOOR_1 }])),
  "server/http": { values: GROUND, types: [...FLOOR_1, ...PAGES, ...FIRST_PAGE] },
  "server/guardian.ts": { values: ["server/relay", ...GROUND] },
  "server/hand.ts": { values: ["server/relay", ...GROUND] },
  "server/eye.ts": { values: ["server/camera", "server/detect", ...GROUND] },
  "server/candidate.ts": { values: ["server/camera", "server/detect", ...GROUND] },
  ...Object.fromEntries(
    FIRST_PAGE.map((page) => [
      page,
      { values: [...GROUND, ...FLOOR_1, ...PAGES, ...FIRST_PAGE, "server/http", "server/shell"] },
    ]),
  ),
  "server/shell": { values: [...GROUND, ...FLOOR_1, ...PAGES, ...FIRST_PAGE] },
  "server/setup.mjs": { values: [] },
  kiosk: { values: ["server/domain"], types: ["server/http"] },
};

/** The processes of their own: a room may start them by their file, which imports nothing. */
const STARTABLE = ["server/eye.ts", "server/candidate.ts", "server/guardian.ts", "server/hand.ts"];
const SOURCES = filesUnder(["server", "kiosk"], [".ts", ".tsx", ".mjs"]);

function roomOf(path: string): string | undefined {
  return Object.keys(ROOMS).find((room) => path === room || path.startsWith(`${room}/`));
}

test("every file under server/ and kiosk/ belongs to a room", () => {
  assert.ok(SOURCES.length > 20, "the sources were found");
  assert.deepEqual(
    SOURCES.filter((path) => roomOf(path) === undefined),
    [],
  );
});

test("imports go down only, and only by type where only the type is allowed", () => {
  const offences = SOURCES.flatMap((path) => {
    const room = roomOf(path);
    const may = room === undefined ? undefined : ROOMS[room];
    if (may === undefined) return [];
    return importsOf(path).flatMap(({ target, ours, kind }) => {
      if (!ours || (kind === "starts" && STARTABLE.includes(target))) return [];
      const to = roomOf(target);
      if (to === undefined)
        return /\.(css|svg|json)$/.test(target) ? [] : [`${path} imports ${target}, in no room`];
      const allowed = to === room || may.values.includes(to) || (kind === "type" && may.types?.includes(to));
      return allowed ? [] : [`${path} imports ${target} by ${kind}`];
    });
  });
  assert.deepEqual(offences, []);
});

test("imports name files that exist, with their extension", () => {
  const lost = SOURCES.flatMap((path) =>
    importsOf(path)
      .filter(({ target, ours }) => ours && !existsSync(ROOT + target))
      .map(({ target }) => `${path} imports ${target}`),
  );
  assert.deepEqual(lost, []);
});

test("server/domain is pure: no node:, no package but zod in config.ts, no clock, no chance, no globals", () => {
  const offences = filesUnder(["server/domain"], [".ts"]).flatMap((path) => {
    const code = withoutComments(read(path));
    const reaches =
      /\b(process\.|Buffer\b|Date\.now|new Date\(\)|Math\.random|performance\.|set(?:Timeout|Interval|Immediate)\(|fetch\(|console\.|globalThis\b|Temporal\.Now|crypto\.)/;
    const found = reaches.exec(code)?.[0];
    const packages = importsOf(path).filter(
      ({ target, ours }) => !ours && !(target === "zod" && /config\.ts$/.test(path)),
    );
    return [
      ...(found === undefined ? [] : [`${path} uses ${found}`]),
      ...packages.map(({ target }) => `${path} imports ${target}`),
    ];
  });
  assert.deepEqual(offences, []);
});

test("the kiosk takes nothing from Node", () => {
  const offences = filesUnder(["kiosk"], [".ts", ".tsx"]).flatMap((path) => [
    ...importsOf(path)
      .filter(({ target }) => target.startsWith("node:"))
      .map(({ target }) => `${path} imports ${target}`),
    ...(/\b(process\.|Buffer\b)/.exec(withoutComments(read(path))) === null
      ? []
      : [`${path} uses process or Buffer`]),
  ]);
  assert.deepEqual(offences, []);
});

test("the guardian reaches relay, base, domain and node: alone, however deep its imports go", () => {
  const seen = new Set(["server/guardian.ts"]);
  const offences: string[] = [];
  for (const path of seen) {
    for (const { target, ours, kind } of importsOf(path)) {
      // A board's driver is imported by the hand that opens it, with the packages it needs.
      if (kind === "starts" || kind === "later") continue;
      if (!ours && kind === "value" && !target.startsWith("node:"))
        offences.push(`${path} imports ${target}`);
      if (!ours || kind === "type") continue;
      if (!/^server\/(relay|base|domain)\//.test(target)) offences.push(`${path} imports ${target}`);
      else if (existsSync(ROOT + target)) seen.add(target);
    }
  }
  assert.deepEqual(offences, []);
});

test("children are signalled through server/base/child.ts, because child.kill lies under Deno", () => {
  const offences = filesUnder(["server"], [".ts"]).filter((path) => {
    if (path.startsWith("server/base/")) return false;
    return /(?<!\bprocess)\.kill\(/.test(withoutComments(read(path)));
  });
  assert.deepEqual(offences, []);
});

test("no file of the program is longer than 400 lines", () => {
  const all = [...SOURCES, ...filesUnder(["test/support", "test/rigs"], [".ts", ".mjs", ".py"])];
  assert.deepEqual(
    all.filter((path) => read(path).split("\n").length > 401),
    [],
  );
});

/** `audit verify`, `audit export` and `audit head`: read the trail where it lies, whether a box runs or not. */
import { once } from "node:events";
import { userInfo } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { monotonicMs, wallMs } from "../base/clock.ts";
import { codeOf, toldAnchor } from "../store/anchor.ts";
import {
  EXPORT_FORMATS,
  type ExportFormat,
  type ExportOrder,
  type ExportStatement,
  exportTrail,
} from "../store/export.ts";
import { formats } from "../store/formats.ts";
import { recordKey } from "../store/record_key.ts";
import { TrailFiles } from "../store/trail.ts";
import { type RestoredReport, type TrailReport, verifyTrail } from "../store/verify.ts";
import { askBroker } from "./audit_broker.ts";
import { DONE, FAILED, hasDatabase, misused, openStore, type Shell, type Verb } from "./shell.ts";

/** @throws Error with one sentence where there is no trail to be had */
function folderOf({ environment: { dataFolder } }: Shell): string {
  if (!hasDatabase(dataFolder))
    throw new Error(`There is no database in "${dataFolder}": no box has run there; set PALISADE_DATA`);
  return dataFolder;
}

function tellReport(report: TrailReport, shell: Shell): number {
  const { ok, count, head, headSeq, code, faults, faultCount, segments, anchors, clockSteps } = report;
  if (ok) shell.say(`The audit trail holds: ${count} rows, head ${head}`);
  else {
    shell.say(`The audit trail is broken at row ${report.firstBadSeq}: ${report.why}`);
    for (const { why } of faults) if (why !== report.why) shell.say(`  ${why}`);
    if (faultCount > faults.length) shell.say(`  and ${faultCount - faults.length} more`);
  }
  for (const { seq, byMs } of clockSteps)
    shell.say(`  The clock was set by ${(byMs / 1_000).toFixed(1)} s before row ${seq}`);
  shell.say(`${segments} sealed segments and ${anchors} anchors were looked at`);
  if (report.deleted !== undefined)
    shell.say(
      `${report.deleted.segments} of them, up to row ${report.deleted.throughSeq}, were deleted after their time, as the trail tells; their rows cannot be looked at`,
    );
  for (const restored of report.restored ?? []) tellRestored(restored, shell);
  shell.say(
    `Keep "${headSeq}:${code}" outside the box: rows that are missing at the end, or written anew, show only against it`,
  );
  return ok ? DONE : FAILED;
}

const KEPT = {
  holds: (folder: string) => `is kept in "replaced/${folder}" and holds`,
  broken: (folder: string) => `is kept in "replaced/${folder}" and does not hold`,
  elsewhere: () => "lies with the box where it ended",
} as const;

function tellRestored({ seq, wallAt, backup, replaced, kept, anchors }: RestoredReport, shell: Shell): void {
  const ended =
    replaced === undefined || kept === undefined
      ? ", and the trail went on"
      : `; the trail that ended then with row ${replaced.seq} ${KEPT[kept](replaced.folder)}`;
  shell.say(`  A backup of ${backup.wallAt} was brought back at row ${seq} on ${wallAt}${ended}`);
  if (anchors === undefined) return;
  const { count, from, to } = anchors;
  shell.say(
    `  Anchors from outside that agree with that trail, not with this one: ${count}, rows of ${from} to ${to}`,
  );
}

async function verify(args: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { anchor: { type: "string", multiple: true, default: [] } },
  });
  if (positionals.length > 0)
    return misused(shell, `audit verify takes nothing behind it, not "${positionals.join(" ")}"`);
  const told = values.anchor.map(toldAnchor);
  const folder = folderOf(shell);
  // Asked first: a box that runs may note a newer row meanwhile.
  const broker = await askBroker(folder);
  const code = tellReport(await verifyTrail(folder, { told: [...told, ...broker.kept] }), shell);
  if (broker.said !== undefined) shell.say(broker.said);
  return code;
}

async function head(args: readonly string[], shell: Shell): Promise<number> {
  if (args.length > 0) return misused(shell, `audit head takes nothing behind it, not "${args.join(" ")}"`);
  const folder = folderOf(shell);
  using trail = new TrailFiles(folder);
  const row = trail.head();
  if (row === undefined) throw new Error("The audit trail is empty: there is nothing to keep yet");
  const { publicKey, fingerprint } = await recordKey(folder);
  shell.say(`Row ${row.seq} of ${row.wallAt}, code ${codeOf(row.hash)}, hash ${row.hash}`);
  shell.say(`Files are signed with key ${fingerprint}:\n${publicKey.trimEnd()}`);
  return DONE;
}

/** An instant as ISO 8601 or Unix milliseconds; NaN where it cannot be read. */
function instant(text: string): number {
  return /^\d+$/.test(text) && text.length > 4 ? Number(text) : Date.parse(text);
}

/** To the terminal, where a signature has no place. @returns what is said about it */
async function print(folder: string, format: "jsonl" | "csv", range: Pick<ExportOrder, "from" | "to">) {
  const { head: heading, line } = formats[format];
  const { from = "", to = "~" } = range;
  const write = async (text: string): Promise<void> => {
    if (text !== "" && !process.stdout.write(text)) await once(process.stdout, "drain");
  };
  await write(heading);
  let count = 0;
  let last = "";
  await verifyTrail(folder, {
    async visit(rows) {
      const told = rows.filter(({ wallAt }) => wallAt >= from && wallAt < to);
      await write(told.map(line).join(""));
      count += told.length;
      last = told.at(-1)?.hash ?? last;
    },
  });
  return `${count} rows${last === "" ? "" : `, the last has hash ${last}`}`;
}

/** Who has the trail stands in the trail. */
async function note(folder: string, { by, reason, ...statement }: ExportStatement): Promise<void> {
  const { file, format, rows, sha256, first, last, trail } = statement;
  await using store = await openStore(folder);
  await store.appendAudit({
    action: "record.exported",
    actor: { type: "api", id: by },
    origin: "shell",
    object: { type: "export", id: file },
    after: { format, rows, sha256, first, last, trail },
    reason,
    monoMs: monotonicMs(),
    wallAt: wallMs(),
  });
}

const isFormat = (text: string): text is ExportFormat => (EXPORT_FORMATS as readonly string[]).includes(text);

async function exportTo(args: readonly string[], shell: Shell): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      format: { type: "string", default: "jsonl" },
      from: { type: "string" },
      to: { type: "string" },
      reason: { type: "string", default: "asked for at the shell" },
    },
  });
  const { format, reason } = values;
  if (!isFormat(format)) return misused(shell, `--format is ${EXPORT_FORMATS.join(", ")}, not "${format}"`);
  const from = values.from === undefined ? undefined : instant(values.from);
  const to = values.to === undefined ? undefined : instant(values.to);
  if (Number.isNaN(from) || Number.isNaN(to))
    return misused(shell, "--from and --to are ISO 8601 instants or Unix milliseconds");
  if (from !== undefined && to !== undefined && from >= to)
    return misused(shell, "--from must lie before --to");
  if (positionals.length > 1) return misused(shell, "audit export takes one file");
  const folder = folderOf(shell);
  const range = {
    ...(from === undefined ? {} : { from: new Date(from).toISOString() }),
    ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
  };
  if (positionals[0] === undefined) {
    if (format === "pdf") return misused(shell, "A PDF needs a file: audit export FILE --format pdf");
    shell.complain(await print(folder, format, range));
    return DONE;
  }
  const file = resolve(positionals[0]);
  const wallAt = new Date(wallMs()).toISOString();
  const statement = await exportTrail(folder, {
    ...{ file, format, ...range, by: userInfo().username, reason, wallAt },
  });
  await note(folder, statement);
  const { rows, last, trail } = statement;
  shell.complain(
    `${rows} rows in ${file}${last === null ? "" : `, the last has hash ${last.hash}`}; signature in ${file}.sig`,
  );
  if (!trail.ok) shell.complain(`The audit trail does not hold: ${trail.why}`);
  return DONE;
}

export const audit: Verb = async ([what, ...args], shell) => {
  if (what === "verify") return await verify(args, shell);
  if (what === "export") return await exportTo(args, shell);
  if (what === "head") return await head(args, shell);
  return misused(shell, 'Say "audit verify", "audit export" or "audit head"');
};

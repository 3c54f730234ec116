/** The box from a shell: `npm run palisade -- <verb>`. Exit code 0 done, 1 not done, 2 not understood. */
import { readEnvironment } from "./environment.ts";
import { audit } from "./shell/audit.ts";
import { backup, restore } from "./shell/backup.ts";
import { model } from "./shell/model.ts";
import { outputs } from "./shell/outputs.ts";
import { pin } from "./shell/pin.ts";
import { provision } from "./shell/provision.ts";
import { DONE, FAILED, type Shell, USAGE, type Verb } from "./shell/shell.ts";
import { status } from "./shell/status.ts";

const verbs: Readonly<Record<string, Verb>> = {
  ...{ status, audit, provision, outputs, model, pin },
  ...{ backup, restore },
};

const HELP = `Palisade from a shell: npm run palisade -- <verb>

  status                     what the running box sees and does
  audit verify               whether the audit trail is whole; --anchor NUMBER:CODE holds it
                             against what was kept outside the box
  audit export [FILE]        the trail, oldest row first; --format jsonl|csv|pdf, --from and --to
                             (ISO 8601 or Unix milliseconds), --reason; with FILE signed in
                             FILE.sig, without to the terminal
  audit head                 the newest row's code, to be kept outside the box, and the public key
  provision FILE             checks a provisioning file and puts it in force
  outputs drop               drops the outputs, with a box or without
  model list                 the detector's models
  model add NAME-or-FILE     installs a model's weights
  model use NAME             proves a model and puts it in force; --as PERSON where a box runs,
                             whose PIN is asked for, or read from a pipe
  model rollback             the same with the model before
  pin reset NAME             gives a person a new PIN, with a box that runs or without
  backup [FILE]              everything the box needs to come back, in one signed file; --keys asks
                             for a passphrase and takes keys and passwords along
  restore FILE               says what a backup would change, with the box stopped; --yes and
                             --reason "..." bring it back, --keys asks for its passphrase,
                             --back instead of FILE brings back what was before
PALISADE_DATA names the box's data folder.`;

/** One command line; never throws. */
export async function command(args: readonly string[], shell: Shell): Promise<number> {
  const [name, ...rest] = args;
  if (name === "help" || name === "--help" || name === "-h") {
    shell.say(HELP);
    return DONE;
  }
  const verb = name !== undefined && Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (verb === undefined) {
    if (name !== undefined) shell.complain(`There is no verb "${name}"\n`);
    shell.complain(HELP);
    return USAGE;
  }
  try {
    return await verb(rest, shell);
  } catch (error) {
    shell.complain((error as Error).message);
    const { code } = error as NodeJS.ErrnoException;
    return code?.startsWith("ERR_PARSE_ARGS") ? USAGE : FAILED;
  }
}

async function main(): Promise<number> {
  try {
    const environment = readEnvironment();
    return await command(process.argv.slice(2), { environment, say: console.log, complain: console.error });
  } catch (error) {
    console.error((error as Error).message);
    return FAILED;
  }
}

if (import.meta.main) {
  // A reader that has seen enough (head, less) closes the pipe: no reason for a stack trace.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  process.exitCode = await main();
}

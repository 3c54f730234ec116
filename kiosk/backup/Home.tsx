/** The newest backup and its age, one made now, and the choice of one to bring back. */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { PASSPHRASE_MOST } from "../../server/domain/backup.ts";
import type { Outcome } from "../call.ts";
import { TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell, wallNow } from "../state.ts";
import { clockDate, clockTime } from "../text.ts";
import type { PageProps } from "./Backup.tsx";
import { type BackupAnswer, backUpNow, lookAtBefore, sendBackup, takeAlong } from "./calls.ts";
import { place, toWorkshop } from "./place.ts";
import { BACKUP, RESTORE } from "./words.ts";

export function Home(props: PageProps) {
  const { known, problems, onProblems, load } = props;
  const busy = useSignal<"making" | "looking" | undefined>(undefined);
  const share = useSignal<number | undefined>(undefined);
  const passphrase = useSignal("");
  const run = async (what: "making" | "looking", ask: () => Promise<Outcome<unknown>>): Promise<boolean> => {
    busy.value = what;
    onProblems([]);
    const outcome = await ask();
    busy.value = undefined;
    share.value = undefined;
    if (outcome.kind === "failed") onProblems(outcome.reasons);
    await load();
    return outcome.kind === "ok";
  };
  const make = async (ask: () => Promise<Outcome<unknown>>): Promise<void> => {
    if (await run("making", ask)) tell("done", BACKUP.made, []);
  };
  const look = async (ask: () => Promise<Outcome<unknown>>): Promise<void> => {
    if (await run("looking", ask)) place.value = "seen";
  };
  const making = busy.value === "making" || known.running !== null;
  return (
    <div class="setup">
      <Head title={BACKUP.title} onBack={toWorkshop}>
        {known.daily !== null && (
          <button
            type="button"
            class="primary"
            disabled={making || busy.value !== undefined}
            onClick={() => void make(backUpNow)}
          >
            {BACKUP.now}
          </button>
        )}
      </Head>
      {problems.map((problem) => (
        <p key={problem} class="bad" role="alert">
          {problem}
        </p>
      ))}
      <div class="halves outputs">
        <div class="half scrolls choose">
          <div class="card">
            <h3>{BACKUP.last}</h3>
            <Last known={known} timezone={props.timezone} />
            {making && <p role="status">{BACKUP.running}</p>}
          </div>
          <div class="card">
            <h3>{BACKUP.daily}</h3>
            <p>
              {known.daily === null ? BACKUP.noDaily : BACKUP.dailyIn(known.daily.folder, known.daily.keep)}
            </p>
            {known.failed !== null && <p class="bad">{known.failed}</p>}
            <button
              type="button"
              onClick={() => {
                place.value = "daily";
              }}
            >
              {BACKUP.change}
            </button>
          </div>
        </div>
        <div class="half scrolls choose">
          <div class="card choose">
            <h3>{RESTORE.title}</h3>
            <p>{RESTORE.how}</p>
            {busy.value === "looking" && (
              <>
                {share.value !== undefined && (
                  <progress value={share.value} max={1} aria-label={RESTORE.progress} />
                )}
                {(share.value ?? 1) >= 1 && <p role="status">{RESTORE.looking}</p>}
              </>
            )}
            <Choose
              busy={busy.value !== undefined}
              onFile={(file) => {
                share.value = 0;
                void look(
                  async () =>
                    await sendBackup(file, (part) => {
                      share.value = part;
                    }),
                );
              }}
            />
            {known.canGoBack && (
              <>
                <p>{RESTORE.beforeHow}</p>
                <button
                  type="button"
                  disabled={busy.value !== undefined}
                  onClick={() => void look(lookAtBefore)}
                >
                  {RESTORE.before}
                </button>
              </>
            )}
          </div>
          <div class="card choose">
            <h3>{BACKUP.take}</h3>
            <p>{BACKUP.takeHow}</p>
            <TextField
              label={BACKUP.passphrase}
              text={passphrase.value}
              empty={BACKUP.noPassphrase}
              shown={"•".repeat(passphrase.value.length)}
              maxLength={PASSPHRASE_MOST}
              secret
              error={undefined}
              onDone={(text) => {
                passphrase.value = text;
              }}
            />
            <p class="how">{BACKUP.passphraseHow}</p>
            <button
              type="button"
              disabled={making || busy.value !== undefined}
              onClick={() => void make(async () => await takeAlong(passphrase.value))}
            >
              {BACKUP.take}
            </button>
          </div>
        </div>
      </div>
    </div>
  );
}

function Last(props: { readonly known: BackupAnswer; readonly timezone: string }) {
  const { last } = props.known;
  if (last === null)
    return (
      <>
        <p>
          <b>{BACKUP.none}</b>
        </p>
        <p>{BACKUP.noneHow}</p>
      </>
    );
  const at = Date.parse(last.wallAt);
  return (
    <>
      <p>
        <b>{BACKUP.age(wallNow.value - at)}</b>, {clockDate(at, props.timezone)},{" "}
        {clockTime(at, props.timezone)}
      </p>
      <p>
        {BACKUP.size(last.bytes)}, {last.folder === null ? BACKUP.taken : BACKUP.in(last.folder)}
      </p>
      <p>{last.secrets ? BACKUP.keys : BACKUP.noKeys}</p>
    </>
  );
}

function Choose(props: { readonly busy: boolean; readonly onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        accept=".gz,application/gzip"
        aria-label={RESTORE.files}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file !== undefined) props.onFile(file);
          // The same file may be chosen once more after it was put right.
          currentTarget.value = "";
        }}
      />
      <button type="button" disabled={props.busy} onClick={() => input.current?.click()}>
        {RESTORE.choose}
      </button>
    </>
  );
}

/** Where a backup goes every day, how many stay there, and whether the keys are in them. */
import { useSignal } from "@preact/signals";
import { PASSPHRASE_MOST } from "../../server/domain/backup.ts";
import { Stepper, TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import type { PageProps } from "./Backup.tsx";
import { setPassphrase, setTarget } from "./calls.ts";
import { toHome } from "./place.ts";
import { BACKUP, DAILY } from "./words.ts";

const MOST = 365;

export function Daily({ known, onKnown }: PageProps) {
  const folder = useSignal(known.daily?.folder ?? "");
  const keep = useSignal(known.daily?.keep ?? 7);
  const dueDays = useSignal(known.daily?.dueDays ?? 3);
  const errors = useSignal<Readonly<Record<string, string>>>({});
  const problems = useSignal<readonly string[]>([]);
  const busy = useSignal(false);
  const say = async (ask: () => ReturnType<typeof setTarget>, back: boolean): Promise<void> => {
    busy.value = true;
    const outcome = await ask();
    busy.value = false;
    if (outcome.kind === "failed") {
      errors.value = Object.fromEntries(outcome.errors.map(({ path, message }) => [path, message]));
      problems.value = outcome.errors.length > 0 ? [] : outcome.reasons;
    }
    if (outcome.kind !== "ok") return;
    errors.value = {};
    problems.value = [];
    onKnown(outcome.value);
    if (!back) return;
    tell("done", DAILY.saved, []);
    toHome();
  };
  return (
    <div class="setup">
      <Head title={DAILY.title} onBack={toHome}>
        <button
          type="button"
          class="primary"
          disabled={busy.value}
          onClick={() =>
            void say(
              async () => await setTarget({ folder: folder.value, keep: keep.value, dueDays: dueDays.value }),
              true,
            )
          }
        >
          {DAILY.save}
        </button>
      </Head>
      <p class="how">{DAILY.how}</p>
      {problems.value.map((problem) => (
        <p key={problem} class="bad" role="alert">
          {problem}
        </p>
      ))}
      <div class="halves outputs">
        <div class="half scrolls choose">
          <TextField
            label={DAILY.folder}
            text={folder.value}
            empty={DAILY.noFolder}
            maxLength={400}
            error={errors.value.folder}
            onDone={(text) => {
              folder.value = text.trim();
            }}
          />
          <Stepper
            label={DAILY.keep}
            fewer={DAILY.fewer}
            more={DAILY.more}
            value={keep.value}
            min={1}
            max={MOST}
            error={errors.value.keep}
            onStep={(value) => {
              keep.value = value;
            }}
          />
          <Stepper
            label={DAILY.due}
            fewer={DAILY.sooner}
            more={DAILY.later}
            value={dueDays.value}
            min={1}
            max={MOST}
            error={errors.value.dueDays}
            onStep={(value) => {
              dueDays.value = value;
            }}
          />
        </div>
        <div class="half scrolls">
          <div class="card choose">
            <h3>{DAILY.keysIn}</h3>
            <p>{known.dailySecrets === true ? BACKUP.keys : BACKUP.noKeys}</p>
            <TextField
              label={BACKUP.passphrase}
              text=""
              empty={BACKUP.noPassphrase}
              maxLength={PASSPHRASE_MOST}
              secret
              error={errors.value.passphrase}
              onDone={(text) => {
                if (text !== "") void say(async () => await setPassphrase(text), false);
              }}
            />
            <p class="how">{BACKUP.passphraseHow}</p>
            {known.dailySecrets === true && (
              <button
                type="button"
                disabled={busy.value}
                onClick={() => void say(async () => await setPassphrase(""), false)}
              >
                {DAILY.keysOut}
              </button>
            )}
          </div>
        </div>
      </div>
    </div>
  );
}

/** What a backup would change, and the order to bring it back: by reason and PIN. */
import { useSignal } from "@preact/signals";
import { PASSPHRASE_MOST } from "../../server/domain/backup.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { PinPad } from "../parts/PinPad.tsx";
import { session, tell } from "../state.ts";
import { clockDate, clockTime } from "../text.ts";
import type { PageProps } from "./Backup.tsx";
import { bringBack, forgetSeen, type InspectionView } from "./calls.ts";
import { toHome } from "./place.ts";
import { BACKUP, RESTORE, trailText } from "./words.ts";

const REASON_MAX = 300;

export function Seen(props: PageProps & { readonly seen: InspectionView }) {
  const { seen, timezone, load } = props;
  const reason = useSignal("");
  const passphrase = useSignal("");
  const asking = useSignal(false);
  const at = Date.parse(seen.madeAt);
  const leave = async (): Promise<void> => {
    toHome();
    await forgetSeen();
    await load();
  };
  if (asking.value)
    return (
      <Asking
        onOver={() => {
          asking.value = false;
        }}
        order={{ id: seen.id, reason: reason.value, passphrase: passphrase.value }}
      />
    );
  return (
    <div class="setup">
      <Head title={RESTORE.seen} back={RESTORE.forget} onBack={() => void leave()}>
        <button
          type="button"
          class="primary"
          disabled={reason.value.trim() === ""}
          onClick={() => {
            asking.value = true;
          }}
        >
          {RESTORE.order}
        </button>
      </Head>
      <p class="how">{RESTORE.drops}</p>
      <div class="halves outputs">
        <div class="half scrolls">
          <div class="card">
            <h3>
              {clockDate(at, timezone)}, {clockTime(at, timezone)}
            </h3>
            <p>{RESTORE.made(seen.site, seen.version)}</p>
            <p class={seen.own ? "" : "bad"}>{seen.own ? RESTORE.own : RESTORE.other(seen.fingerprint)}</p>
            <p>{trailText(seen)}</p>
            {!seen.trail.ok && <p class="bad">{RESTORE.notHeld}</p>}
            <p>{RESTORE.people(seen.people.join(", ") || RESTORE.nobody)}</p>
            {!seen.pinsFit && <p class="bad">{RESTORE.pins}</p>}
            {!seen.passwordsFit && <p class="bad">{RESTORE.passwords}</p>}
          </div>
          <div class="card">
            {seen.changes.length === 0 && <p>{RESTORE.noChange}</p>}
            {seen.changes.map((change) => (
              <p key={change}>{change}</p>
            ))}
          </div>
        </div>
        <div class="half scrolls choose">
          <TextField
            label={RESTORE.reason}
            text={reason.value}
            maxLength={REASON_MAX}
            error={undefined}
            onDone={(text) => {
              reason.value = text;
            }}
          />
          {seen.secrets && (
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
          )}
        </div>
      </div>
    </div>
  );
}

function Asking(props: {
  readonly order: { readonly id: string; readonly reason: string; readonly passphrase: string };
  readonly onOver: () => void;
}) {
  const { order, onOver } = props;
  const person = session.value;
  if (person === undefined) return null;
  return (
    <Dialog name={RESTORE.order} look="gate" onCancel={onOver}>
      <PinPad
        title={RESTORE.order}
        fixed={person}
        onCancel={onOver}
        confirm={(entry) => (
          <button
            type="button"
            class="primary"
            disabled={!entry.ready}
            onClick={() =>
              entry.submit(async (who, pin) => {
                const outcome = await bringBack({ ...order, name: who.name, pin });
                if (outcome.kind === "ok") {
                  tell("done", RESTORE.done, []);
                  toHome();
                }
                return outcome;
              })
            }
          >
            {RESTORE.order}
          </button>
        )}
      />
    </Dialog>
  );
}

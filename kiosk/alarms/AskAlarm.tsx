/** A comment, a shelf, out of service and back: what, for how long, and who says so by PIN. In the page's place. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { COMMENT_MAX, SERVICE_REASONS, SHELVE_REASONS } from "../../server/domain/alarm_policy.ts";
import { COMMENT_REASONS, type ReasonCode } from "../../server/domain/reason_code.ts";
import type { AlarmView } from "../../server/domain/view.ts";
import { call, type Outcome } from "../call.ts";
import { reasonText } from "../codes.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { Head } from "../parts/Head.tsx";
import { PinPad } from "../parts/PinPad.tsx";
import { Write } from "../parts/Write.tsx";
import { writing } from "../parts/writing.ts";
import { type Person, tell } from "../state.ts";
import { type Ask, asked } from "./place.ts";
import { ASK_ALARM, lasts, ONE } from "./words.ts";

const HOUR = 60;
const DAY = 24 * HOUR;
/** Minutes on the pick lists. */
const SHELF = [5, 15, 30, HOUR, 8 * HOUR] as const;
const SERVICE = [8 * HOUR, DAY, 3 * DAY, 7 * DAY] as const;

interface Order {
  readonly text?: string;
  readonly reasonCode?: ReasonCode;
  readonly reason?: string;
  readonly minutes?: number;
}

function close(): void {
  asked.value = undefined;
}

function mayAnswer(ask: Ask, { role }: Person): boolean {
  if (ask === "comment") return true;
  return role === "maintenance" || (ask === "shelve" && role === "supervisor");
}

/** What has to be said before who says it. */
function wants(ask: Ask, order: Order): "text" | "reason" | "minutes" | "person" {
  if (ask === "comment")
    return order.text === undefined && order.reasonCode === undefined ? "text" : "person";
  if (ask === "return-to-service") return "person";
  if (order.reason === undefined) return "reason";
  return order.minutes === undefined ? "minutes" : "person";
}

export function AskAlarm(props: { readonly alarm: AlarmView; readonly ask: Ask }) {
  const { alarm, ask } = props;
  const order = useSignal<Order>({});
  // What the person saw when they began: what changes meanwhile is refused, and shown.
  const { version } = useRef(alarm).current;
  const step = wants(ask, order.value);
  // Whoever leaves in the middle leaves no keyboard behind.
  useEffect(
    () => () => {
      writing.value = undefined;
    },
    [],
  );
  const add = (more: Order): void => {
    order.value = { ...order.value, ...more };
  };
  if (writing.value !== undefined) return <Write writing={writing.value} />;
  // Each step is a dialog of its own: a bounce on one must not answer the next.
  return (
    <Dialog key={step} name={ASK_ALARM.who[ask]} look="gate" onCancel={close}>
      {step === "text" && <Texts onPick={add} />}
      {step === "reason" && (
        <Picks
          title={ASK_ALARM.why(alarm.text)}
          options={(ask === "shelve" ? SHELVE_REASONS : SERVICE_REASONS).map((code) => [
            code,
            reasonText(code),
          ])}
          onPick={(reason) => add({ reason })}
        />
      )}
      {step === "minutes" && (
        <Picks
          title={ASK_ALARM.howLong}
          options={minutesFor(alarm, ask).map((minutes) => [String(minutes), lasts(minutes)])}
          onPick={(minutes) => add({ minutes: Number(minutes) })}
          means={ASK_ALARM.means}
        />
      )}
      {step === "person" && (
        <PinPad
          title={ASK_ALARM.who[ask]}
          only={(person) => mayAnswer(ask, person)}
          nobodyMay={ASK_ALARM.nobody[ask]}
          onCancel={close}
          confirm={(entry) => (
            <button
              type="button"
              class="primary"
              disabled={!entry.ready}
              onClick={() =>
                entry.submit((person, pin) =>
                  send(alarm, ask, { ...order.value, name: person.name, pin, ...versionOf(ask, version) }),
                )
              }
            >
              {ASK_ALARM.confirm}
            </button>
          )}
        />
      )}
    </Dialog>
  );
}

/** Only what takes the alarm from the list goes by what was seen of it. */
function versionOf(ask: Ask, version: number): { readonly version?: number } {
  return ask === "shelve" || ask === "out-of-service" ? { version } : {};
}

function minutesFor(alarm: AlarmView, ask: Ask): readonly number[] {
  if (ask !== "shelve") return SERVICE;
  return SHELF.filter((minutes) => minutes * 60_000 <= (alarm.shelveMaxMs ?? 0));
}

function Picks(props: {
  readonly title: string;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly means?: readonly string[];
  readonly onPick: (value: string) => void;
}) {
  return (
    <div class="setup">
      <Head title={props.title} onBack={close} />
      <div class="picks">
        {props.options.map(([value, name]) => (
          <button key={value} type="button" onClick={() => props.onPick(value)}>
            {name}
          </button>
        ))}
      </div>
      {props.means?.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  );
}

function Texts(props: { readonly onPick: (said: Pick<Order, "text" | "reasonCode">) => void }) {
  const write = (): void => {
    writing.value = {
      ...{ label: ONE.comment, text: "", secret: false, maxLength: COMMENT_MAX },
      onDone: (text) => {
        if (text.trim() !== "") props.onPick({ text: text.trim() });
      },
    };
  };
  return (
    <div class="setup">
      <Head title={ASK_ALARM.comment} onBack={close} />
      <div class="picks">
        {COMMENT_REASONS.map((reasonCode) => (
          <button key={reasonCode} type="button" onClick={() => props.onPick({ reasonCode })}>
            {reasonText(reasonCode)}
          </button>
        ))}
        <button type="button" onClick={write}>
          {ASK_ALARM.write}
        </button>
      </div>
    </div>
  );
}

/** What refuses it is said on the pad. */
async function send(alarm: AlarmView, ask: Ask, body: object): Promise<Outcome<unknown>> {
  const path = `/api/alarms/${encodeURIComponent(alarm.id)}/${ask}`;
  const outcome = await call({ method: "POST", path, body });
  if (outcome.kind === "ok") {
    tell("done", `${ONE.done[ask]}: ${alarm.text}`);
    close();
  }
  return outcome;
}

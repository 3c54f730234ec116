/** Before Maintenance: who, then the PIN; a PIN of one's own; and the first person of a box that has none. */
import { useSignal } from "@preact/signals";
import type { SetUpAnswer } from "../../server/http/session.ts";
import { unlock } from "../actions.ts";
import { call } from "../call.ts";
import { asking, type Person } from "../state.ts";
import { BYPASS, PIN } from "../words.ts";
import { later } from "./Later.tsx";
import { PinPad } from "./PinPad.tsx";

const First = later(async () => (await import("../people/First.tsx")).First);
const OwnPin = later(async () => (await import("../people/OwnPin.tsx")).OwnPin);

/** @param props.onCancel where there is a way back besides the buttons of the bar */
export function Gate(props: { readonly onCancel?: () => void }) {
  const at = useSignal<"names" | "first" | "own-pin">("names");
  const setUp = useSignal<SetUpAnswer | undefined>(undefined);
  /** How many may sign in; undefined until the box has told. */
  const count = useSignal<number | undefined>(undefined);
  const look = async (people: readonly Person[]): Promise<void> => {
    count.value = people.length;
    if (people.some(({ role }) => role === "maintenance")) return;
    const outcome = await call({ method: "GET", path: "/api/setup" });
    if (outcome.kind === "ok") setUp.value = outcome.value as SetUpAnswer;
  };
  const toNames = (): void => {
    at.value = "names";
  };
  return (
    <div class="gate">
      {at.value === "first" && <First onBack={toNames} />}
      {at.value === "own-pin" && <OwnPin onDone={toNames} />}
      {at.value === "names" && (
        <PinPad
          title={PIN.who}
          nobodyHow={PIN.nobodyFile}
          {...(props.onCancel === undefined ? {} : { onCancel: props.onCancel })}
          onNames={(people) => void look(people)}
          confirm={(entry) => (
            <button
              type="button"
              class="primary"
              disabled={!entry.ready}
              onClick={() => entry.submit(unlock)}
            >
              {PIN.unlock}
            </button>
          )}
        >
          {setUp.value?.needed === true && (
            <FirstOffer
              here={setUp.value.here}
              alone={count.value === 0}
              onOpen={() => (at.value = "first")}
            />
          )}
          {count.value !== 0 && (
            <>
              {/* A supervisor needs no session for it: the PIN is asked for each time. */}
              <BypassButton disabled={count.value === undefined} />
              <button
                type="button"
                disabled={count.value === undefined}
                onClick={() => (at.value = "own-pin")}
              >
                {PIN.own}
              </button>
            </>
          )}
        </PinPad>
      )}
    </div>
  );
}

function FirstOffer(props: {
  readonly here: boolean;
  /** Nobody at all is set up, as is said above. */
  readonly alone: boolean;
  readonly onOpen: () => void;
}) {
  return (
    <div class="firstOffer">
      {!props.alone && <b>{PIN.firstWhat}</b>}
      {props.here ? (
        <button type="button" class="primary" onClick={props.onOpen}>
          {PIN.first}
        </button>
      ) : (
        <span>{PIN.firstElsewhere}</span>
      )}
    </div>
  );
}

export function BypassButton(props: { readonly disabled?: boolean }) {
  return (
    <button
      type="button"
      disabled={props.disabled ?? false}
      onClick={() => {
        asking.value = "bypass";
      }}
    >
      {BYPASS.open}
    </button>
  );
}

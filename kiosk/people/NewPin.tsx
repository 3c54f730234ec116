/** A new PIN, entered twice by the person whose it is. What is wrong with it is said before it is sent. */
import { useSignal } from "@preact/signals";
import type { Role } from "../../server/domain/permission.ts";
import { leastDigits, pinFaults } from "../../server/domain/pin.ts";
import type { Outcome } from "../call.ts";
import { heard } from "../heard.ts";
import { PinKeys } from "../parts/PinPad.tsx";
import { NEW_PIN } from "./words.ts";

export function NewPin(props: {
  readonly of: { readonly name: string; readonly role: Role };
  readonly onBack: () => void;
  /** What refuses it is said on the pad. */
  readonly save: (pin: string) => Promise<Outcome<unknown>>;
}) {
  const { onBack, save } = props;
  const { name, role } = props.of;
  const least = leastDigits(role);
  const first = useSignal<string | undefined>(undefined);
  const wrong = useSignal<readonly string[]>([]);
  const take = (pin: string): void => {
    const faults = pinFaults(pin, role).map((fault) => NEW_PIN.fault(heard(fault)));
    wrong.value = faults;
    if (faults.length === 0) first.value = pin;
  };
  const again = async (pin: string): Promise<Outcome<unknown>> => {
    const same = pin === first.value;
    if (same) {
      const outcome = await save(pin);
      if (outcome.kind === "failed") {
        first.value = undefined;
        wrong.value = outcome.reasons;
      }
      return outcome;
    }
    first.value = undefined;
    wrong.value = [NEW_PIN.differs];
    return { kind: "ignored" };
  };
  return (
    <PinKeys
      key={first.value === undefined ? "first" : "again"}
      title={first.value === undefined ? NEW_PIN.of(name) : NEW_PIN.again}
      how={NEW_PIN.rules(least)}
      least={least}
      wrong={wrong.value}
      onType={() => {
        wrong.value = [];
      }}
      onBack={onBack}
      confirm={(entry) => (
        <button
          type="button"
          class="primary"
          disabled={!entry.ready}
          onClick={() => {
            if (first.value !== undefined) entry.submit(again);
            else
              entry.submit(async (pin) => {
                take(pin);
                return { kind: "ignored" };
              });
          }}
        >
          {first.value === undefined ? NEW_PIN.next : NEW_PIN.save}
        </button>
      )}
    />
  );
}

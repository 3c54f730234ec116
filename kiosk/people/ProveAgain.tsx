/** The pad that asks the same person once more. */
import { unlock } from "../actions.ts";
import { Dialog } from "../parts/Dialog.tsx";
import { PinPad } from "../parts/PinPad.tsx";
import { PIN } from "../words.ts";
import type { Proving } from "./prove.ts";

export function ProveAgain(props: { readonly proving: Proving }) {
  const { person, done } = props.proving;
  return (
    <Dialog name={PIN.again} look="gate" onCancel={() => done(false)}>
      <PinPad
        title={PIN.again}
        fixed={person}
        onCancel={() => done(false)}
        confirm={(entry) => (
          <button
            type="button"
            class="primary"
            disabled={!entry.ready}
            onClick={() =>
              entry.submit(async (who, pin) => {
                const outcome = await unlock(who, pin);
                if (outcome.kind === "ok") done(true);
                return outcome;
              })
            }
          >
            {PIN.goOn}
          </button>
        )}
      />
    </Dialog>
  );
}

/** The shifts there were, newest first, and who signed them. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { shiftTitle } from "../../server/domain/shift_sheet.ts";
import { heard } from "../heard.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { readShifts, type ShiftList } from "./calls.ts";
import { SHIFT } from "./words.ts";

type Listed = ShiftList["shifts"][number];

export function List(props: { readonly onBack: () => void; readonly onPick: (id: string) => void }) {
  const list = useSignal<ShiftList | undefined>(undefined);
  const problems = useSignal<readonly string[]>([]);
  const read = async (before?: string): Promise<void> => {
    const outcome = await readShifts(before);
    if (outcome.kind === "ok") {
      const known = before === undefined ? [] : (list.peek()?.shifts ?? []);
      list.value = { ...outcome.value, shifts: [...known, ...outcome.value.shifts] };
    }
    problems.value = outcome.kind === "failed" ? outcome.reasons : [];
  };
  useEffect(() => void read(), []);
  const { shifts = [], timezone = "UTC", more = false } = list.value ?? {};
  const last = shifts.at(-1);
  return (
    <div class="setup">
      <Head title={SHIFT.list} back={SHIFT.open} onBack={props.onBack} />
      {(list.value === undefined || problems.value.length > 0) && (
        <Asked waiting={SHIFT.listWaiting} problems={problems.value} onAgain={() => void read(last?.id)} />
      )}
      {list.value !== undefined && shifts.length === 0 && (
        <div class="nothing">
          <strong>{SHIFT.none}</strong>
        </div>
      )}
      <ul class="rows" aria-label={SHIFT.list}>
        {shifts.map((shift) => (
          <li key={shift.id}>
            <button
              type="button"
              class="row"
              aria-label={heard(shiftTitle({ shift, timezone }))}
              onClick={() => props.onPick(shift.id)}
            >
              <span class="who">
                <b>{heard(shiftTitle({ shift, timezone }))}</b>
                <small>{stateText(shift)}</small>
              </span>
            </button>
          </li>
        ))}
        {more && last !== undefined && (
          <li>
            <button type="button" onClick={() => void read(last.id)}>
              {SHIFT.more}
            </button>
          </li>
        )}
      </ul>
    </div>
  );
}

function stateText({ running, signedBy, noteVersion }: Listed): string {
  const state = running ? SHIFT.running : signedBy.length === 0 ? SHIFT.notSigned : SHIFT.signedBy(signedBy);
  return noteVersion === 0 ? state : `${state}, ${SHIFT.noted}`;
}

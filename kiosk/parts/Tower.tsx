/** The signal tower as it truly stands: every lamp by what its board answered, and by its letter besides its colour. */
import type { OutputView } from "../../server/domain/view.ts";
import { DRIVES } from "../codes.ts";
import { STRIP, TOWER_LETTERS } from "../words.ts";

type LampRole = keyof typeof TOWER_LETTERS;
export type LampView = OutputView & { readonly role: LampRole };

/** From above to below, as towers are built. */
const ORDER = Object.keys(TOWER_LETTERS) as readonly LampRole[];

export const isLamp = (output: OutputView): output is LampView => Object.hasOwn(TOWER_LETTERS, output.role);

export function Tower(props: { readonly lamps: readonly LampView[] }) {
  const lamps = props.lamps.toSorted((a, b) => ORDER.indexOf(a.role) - ORDER.indexOf(b.role));
  return (
    <ul class="signals" aria-label={STRIP.tower}>
      {lamps.map((lamp) => (
        <Lamp key={lamp.id} lamp={lamp} />
      ))}
    </ul>
  );
}

function Lamp(props: { readonly lamp: LampView }) {
  const { name, role, demand, readback } = props.lamp;
  return (
    <li class={`${role} ${readback}`}>
      <svg viewBox="0 0 30 20" aria-hidden="true">
        <path class="glass" d="M3 2h24v16H3z" />
        {readback === "energised" && <path class="rays" d="M1 5v10M29 5v10" />}
        <text x="15" y="15">
          {readback === "unknown" ? "?" : TOWER_LETTERS[role]}
        </text>
      </svg>
      <b>{name}</b>
      <em>{DRIVES[readback]}</em>
      {readback !== demand && <strong>{STRIP.mismatch(demand, readback)}</strong>}
    </li>
  );
}

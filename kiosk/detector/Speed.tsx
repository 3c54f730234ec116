/** How the model that watches uses the processor here: what was measured, what is in use, and measuring again. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { bestTuning, tuningText } from "../../server/domain/tuning.ts";
import type { View } from "../../server/domain/view.ts";
import { report } from "../actions.ts";
import { heard } from "../heard.ts";
import { clockDate } from "../text.ts";
import { type ModelsAnswer, measure, readModels } from "./calls.ts";
import { SPEED } from "./words.ts";

const ASK_EVERY_MS = 1_000;

type Known = Pick<ModelsAnswer, "calibration" | "provider">;

/** Asks again and again while it is measured. */
function useNewest(first: Known): [Known, (next: Known) => void] {
  const newest = useSignal<Known | undefined>(undefined);
  const known = newest.value ?? first;
  const { running } = known.calibration;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => {
      void readModels().then((outcome) => {
        if (outcome.kind === "ok") newest.value = outcome.value;
      });
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [running]);
  return [
    known,
    (next) => {
      newest.value = next;
    },
  ];
}

export function Speed(props: { readonly view: View; readonly answer: ModelsAnswer }) {
  const [{ calibration, provider }, learn] = useNewest(props.answer);
  const busy = useSignal(false);
  const { record, running, inUse, chosen, fault } = calibration;
  const command = record === undefined ? SPEED.measureFirst : SPEED.measure;
  const again = async (): Promise<void> => {
    busy.value = true;
    const outcome = await measure();
    busy.value = false;
    report(outcome, { done: SPEED.begun, command });
    if (outcome.kind === "ok") learn({ calibration: { ...calibration, running: true }, provider });
  };
  const used = inUse === null ? undefined : heard(tuningText(inUse));
  return (
    <div class="card speed">
      <h3>{SPEED.title}</h3>
      <dl class="particulars">
        <div>
          <dt>{SPEED.provider}</dt>
          <dd>{SPEED.providers[provider.used ?? provider.asked]}</dd>
        </div>
        <div>
          <dt>{SPEED.inUse}</dt>
          <dd>{used ?? SPEED.notLoaded}</dd>
        </div>
      </dl>
      {provider.why !== null && <p class="bad">{provider.why}</p>}
      {fault !== undefined && <p class="bad">{SPEED.failed(fault)}</p>}
      {running && <p>{SPEED.running}</p>}
      {!running && record === undefined && <p>{SPEED.never}</p>}
      {record !== undefined && (
        <>
          <Figures record={record} />
          <p>
            {SPEED.measured(clockDate(record.wallAt, props.view.site.timezone), heard(tuningText(chosen)))}
            {inUse !== null && heard(tuningText(chosen)) !== used && ` ${SPEED.next}`}
          </p>
        </>
      )}
      <button type="button" disabled={busy.value || running} onClick={() => void again()}>
        {running ? SPEED.measuring : command}
      </button>
    </div>
  );
}

function Figures(props: { readonly record: NonNullable<ModelsAnswer["calibration"]["record"]> }) {
  const { usualMs, figures, refused } = props.record;
  return (
    <table aria-label={SPEED.ways}>
      <tbody>
        <tr>
          <th>{SPEED.usual}</th>
          <td>{SPEED.ms(usualMs)}</td>
          <td>{SPEED.reference}</td>
        </tr>
        {figures.map((figure) => (
          <tr key={heard(tuningText(figure.tuning))}>
            <th>{heard(tuningText(figure.tuning))}</th>
            <td>{SPEED.ms(figure.ms)}</td>
            <td>
              {figure.unsure === undefined
                ? SPEED.against(figure.ratio, bestTuning([figure], figure.tuning.threads) === figure.tuning)
                : SPEED.unsure[figure.unsure]}
            </td>
          </tr>
        ))}
        {refused.map(({ tuning, why }) => (
          <tr key={heard(tuningText(tuning))}>
            <th>{heard(tuningText(tuning))}</th>
            <td colSpan={2}>{why}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

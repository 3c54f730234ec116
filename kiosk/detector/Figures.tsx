/** What is known of how well and how fast a model works. */
import type { Model } from "./calls.ts";
import { DETECTOR } from "./words.ts";

export function Figures(props: { readonly model: Model }) {
  const { hereMs, measured } = props.model;
  return (
    <>
      <dl class="particulars">
        <div>
          <dt>{DETECTOR.here}</dt>
          <dd>{hereMs === null ? DETECTOR.notHere : DETECTOR.hereMs(hereMs)}</dd>
        </div>
      </dl>
      {measured === null ? (
        <p>{DETECTOR.notMeasured}</p>
      ) : (
        <>
          <table aria-label={DETECTOR.measured}>
            <thead>
              <tr>
                <th>{DETECTOR.set}</th>
                <th>{DETECTOR.precision}</th>
                <th>{DETECTOR.found}</th>
              </tr>
            </thead>
            <tbody>
              {measured.sets.map(({ set, precision, recall }) => (
                <tr key={set}>
                  <th>{set}</th>
                  <td>{DETECTOR.percent(precision)}</td>
                  <td>{DETECTOR.percent(recall)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          <p>{DETECTOR.figures(measured.ms)}</p>
        </>
      )}
    </>
  );
}

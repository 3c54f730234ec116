/** One shift's report, part after part, as paper has it too. */
import { paperOf, type SheetPart, shiftTitle } from "../../server/domain/shift_sheet.ts";
import { heard } from "../heard.ts";
import { useBoxAddress } from "../network/address.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { StopPicture } from "../parts/StopPicture.tsx";
import type { ToldShift } from "./calls.ts";
import type { Known } from "./Shift.tsx";
import { SHIFT } from "./words.ts";

export function Report(props: {
  readonly known: Known;
  readonly onClose: () => void;
  readonly onRead: () => void;
  readonly onList: () => void;
  readonly onSign: (told: ToldShift) => void;
  readonly onNote: (told: ToldShift) => void;
}) {
  const { told, problems } = props.known;
  const paper = useBoxAddress((address) =>
    told === undefined ? "" : SHIFT.paper(`${address}api/shifts/${told.report.shift.id}?format=html`),
  );
  return (
    <div class="setup shift">
      <Head
        title={told === undefined ? SHIFT.open : heard(shiftTitle(told.report))}
        back={SHIFT.back}
        onBack={props.onClose}
      >
        {told !== undefined && (
          <button type="button" onClick={props.onRead}>
            {problems.length > 0 ? SHIFT.again : SHIFT.refresh}
          </button>
        )}
        <button type="button" onClick={props.onList}>
          {SHIFT.earlier}
        </button>
      </Head>
      {told === undefined ? (
        <Asked waiting={SHIFT.waiting} problems={problems} onAgain={props.onRead} />
      ) : (
        problems.map((problem) => (
          <p key={problem} class="bad">
            {problem}
          </p>
        ))
      )}
      {told !== undefined && (
        <div class="sheet">
          {paperOf(told).map((part) => (
            <Part key={part.title} part={part} />
          ))}
          {/* At the end: whoever signs has come past everything. */}
          <div class="deeds">
            <button type="button" onClick={() => props.onNote(told)}>
              {SHIFT.note}
            </button>
            <button type="button" class="primary" disabled={told.running} onClick={() => props.onSign(told)}>
              {SHIFT.sign}
            </button>
          </div>
          <p class="muted">{paper}</p>
        </div>
      )}
    </div>
  );
}

function Part(props: { readonly part: SheetPart }) {
  const { title, columns, rows, notes, pictures = [] } = props.part;
  return (
    <section>
      <h3>{heard(title)}</h3>
      {notes.map((note) => (
        <p key={note}>{heard(note)}</p>
      ))}
      {rows.length > 0 && (
        <table class={columns.length === 0 ? "pairs" : ""}>
          {columns.length > 0 && (
            <thead>
              <tr>
                {columns.map((column) => (
                  <th key={column}>{heard(column)}</th>
                ))}
              </tr>
            </thead>
          )}
          <tbody>
            {rows.map((row, i) => (
              <tr key={i}>
                {row.map((cell, j) => (
                  <td key={j}>{heard(cell)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {pictures.map(({ id, caption }) => (
        <StopPicture key={id} id={id} caption={caption} />
      ))}
    </section>
  );
}

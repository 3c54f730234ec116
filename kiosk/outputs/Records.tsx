/** The tests that were recorded, newest first. */
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { Icon } from "../parts/Icon.tsx";
import { inside } from "../say.ts";
import { clockDate, clockTime } from "../text.ts";
import type { OutputTests } from "./calls.ts";
import { toHome } from "./OutputPage.tsx";
import type { PageProps } from "./Outputs.tsx";
import { place } from "./place.ts";
import { OUTPUTS, RUN, resultLine } from "./words.ts";

export function Records(props: PageProps) {
  const { known, view } = props;
  const records = known.tests?.records;
  return (
    <div class="setup">
      <Head title={OUTPUTS.records} onBack={toHome} />
      {records === undefined ? (
        <Asked
          waiting={OUTPUTS.waiting}
          problems={known.problems}
          onAgain={() => {
            place.value = { kind: "records" };
          }}
        />
      ) : (
        known.problems.map((problem) => (
          <p key={problem} class="bad">
            {problem}
          </p>
        ))
      )}
      {records?.length === 0 && (
        <div class="nothing">
          <strong>{RUN.none}</strong>
        </div>
      )}
      <ul class="rows" aria-label={OUTPUTS.records}>
        {records?.map((record) => (
          <li key={record.wallAt} class="card record">
            <Recorded {...props} record={record} timezone={view.site.timezone} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Recorded(
  props: PageProps & { readonly record: OutputTests["records"][number]; readonly timezone: string },
) {
  const { record, timezone, view } = props;
  const nameOf = (id: string): string => view.outputs.find((output) => output.id === id)?.name ?? id;
  // What passed without a word is told by its number alone.
  const told = record.results.filter(({ passed, note }) => !passed || note !== undefined);
  const failed = record.results.filter(({ passed }) => !passed).length;
  return (
    <>
      <h3>
        <b class={record.passed ? "" : "bad"}>
          {!record.passed && <Icon name="wrong" />}
          {RUN[record.test]}: {inside(record.passed ? RUN.passed : RUN.failed)}
        </b>
        <span>
          {clockDate(record.wallAt, timezone)}, {clockTime(record.wallAt, timezone)}
        </span>
      </h3>
      <p>{RUN.by(record.by, record.role)}</p>
      <p class={failed > 0 ? "bad" : ""}>
        {failed > 0 ? RUN.failedSome(failed) : RUN.all(record.results.length)}
      </p>
      {told.map((result) => (
        <p key={result.output}>{resultLine(result, nameOf(result.output))}</p>
      ))}
      {record.note !== null && <p>{record.note}</p>}
    </>
  );
}

/** What the list shows: rows about something, only refused ones, since some time. */
import { RECORD_KINDS, type RecordKind } from "../../server/domain/record_kind.ts";
import { Choice } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { type Filter, filter, toHome } from "./place.ts";
import { RECORD } from "./words.ts";

type Kind = RecordKind | "everything";
const KINDS: readonly (readonly [Kind, string])[] = [
  ["everything", RECORD.everything],
  ...(Object.keys(RECORD_KINDS) as RecordKind[]).map((kind) => [kind, RECORD.kinds[kind]] as const),
];

export function Choose() {
  const now = filter.value;
  const change = (more: Partial<Filter>): void => {
    filter.value = { ...now, ...more };
  };
  return (
    <div class="setup">
      <Head title={RECORD.only} onBack={toHome} />
      <div class="half scrolls choose">
        <Choice
          label={RECORD.kind}
          titled
          options={KINDS}
          isChosen={(kind) => kind === (now.kind ?? "everything")}
          onChoose={(kind) => change({ kind: kind === "everything" ? undefined : kind })}
        />
        <div class="beside">
          <Choice
            label={RECORD.outcome}
            titled
            options={[
              [false, RECORD.anyOutcome],
              [true, RECORD.refusedOnly],
            ]}
            isChosen={(refused) => refused === now.refused}
            onChoose={(refused) => change({ refused })}
          />
          <Since days={now.days} onChoose={(days) => change({ days })} />
        </div>
      </div>
    </div>
  );
}

/** How far back. */
export function Since(props: {
  readonly days: Filter["days"];
  readonly onChoose: (days: Filter["days"]) => void;
}) {
  return (
    <Choice
      label={RECORD.time}
      titled
      options={[
        [1, RECORD.days[1]],
        [7, RECORD.days[7]],
        [30, RECORD.days[30]],
        [0, RECORD.allTime],
      ]}
      isChosen={(days) => days === (props.days ?? 0)}
      onChoose={(days) => props.onChoose(days === 1 || days === 7 || days === 30 ? days : undefined)}
    />
  );
}

/** A signed file of the record: its format, how far back, what it is for, and the files there are. */
import { useSignal } from "@preact/signals";
import { EXPORT_REASONS, type ExportReason } from "../../server/domain/reason_code.ts";
import { reasonText } from "../codes.ts";
import { useBoxAddress } from "../network/address.ts";
import { Choice, TextField } from "../parts/Fields.tsx";
import { Head } from "../parts/Head.tsx";
import { tell } from "../state.ts";
import { clockDate, clockTime } from "../text.ts";
import { Since } from "./Choose.tsx";
import { type ExportStatement, readState, writeExport } from "./calls.ts";
import { type Days, toHome } from "./place.ts";
import type { PageProps } from "./Record.tsx";
import { EXPORT } from "./words.ts";

type Format = ExportStatement["format"];
const REASON_MAX = 300;

export function ExportPage({ known, view, onState }: PageProps) {
  const format = useSignal<Format>("pdf");
  const days = useSignal<Days>(30);
  const reason = useSignal("");
  const code = useSignal<ExportReason | undefined>(undefined);
  const busy = useSignal(false);
  const problems = useSignal<readonly string[]>([]);
  async function write(): Promise<void> {
    busy.value = true;
    const asked = { format: format.value, days: days.value, reason: reason.value, reasonCode: code.value };
    const outcome = await writeExport(asked);
    busy.value = false;
    problems.value = outcome.kind === "failed" ? outcome.reasons : [];
    if (outcome.kind !== "ok") return;
    const { file, rows, trail } = outcome.value;
    tell(trail.ok ? "done" : "refused", EXPORT.written(file, rows), trail.ok ? [] : [EXPORT.broken]);
    const state = await readState();
    if (state.kind === "ok") onState(state.value);
  }
  const { state } = known;
  const fetching = useBoxAddress(EXPORT.fetch);
  return (
    <div class="setup">
      <Head title={EXPORT.title} onBack={toHome}>
        <button
          type="button"
          class="primary"
          disabled={busy.value || (reason.value.trim() === "" && code.value === undefined)}
          onClick={() => void write()}
        >
          {EXPORT.write}
        </button>
      </Head>
      <p class="how">{busy.value ? EXPORT.writing : EXPORT.how}</p>
      {problems.value.map((problem) => (
        <p key={problem} class="bad" role="alert">
          {problem}
        </p>
      ))}
      <div class="halves outputs">
        <div class="half scrolls choose">
          <Choice
            label={EXPORT.code}
            titled
            options={EXPORT_REASONS.map((each) => [each, reasonText(each)] as const)}
            isChosen={(each) => each === code.value}
            onChoose={(each) => {
              code.value = each;
            }}
          />
          <TextField
            label={EXPORT.reason}
            text={reason.value}
            maxLength={REASON_MAX}
            error={undefined}
            onDone={(text) => {
              reason.value = text;
            }}
          />
          <Choice
            label={EXPORT.format}
            titled
            options={[
              ["pdf", EXPORT.formats.pdf],
              ["csv", EXPORT.formats.csv],
              ["jsonl", EXPORT.formats.jsonl],
            ]}
            isChosen={(each) => each === format.value}
            onChoose={(each) => {
              format.value = each;
            }}
          />
          <p class="how">{EXPORT.formatHow}</p>
          <Since
            days={days.value}
            onChoose={(each) => {
              days.value = each;
            }}
          />
        </div>
        <div class="half scrolls">
          <div class="card">
            <h3>{EXPORT.files}</h3>
            {state?.exports.length === 0 && <p>{EXPORT.noFiles}</p>}
            {state?.exports.map(({ name, bytes, wallAt }) => (
              <p key={name}>
                <b>{name}</b>, {EXPORT.size(bytes)}, {clockDate(Date.parse(wallAt), view.site.timezone)},{" "}
                {clockTime(Date.parse(wallAt), view.site.timezone)}
              </p>
            ))}
            <p>{fetching}</p>
            {state !== undefined && <p>{EXPORT.key(state.fingerprint)}</p>}
          </div>
        </div>
      </div>
    </div>
  );
}

/** The newest rows that were asked for, whether the record holds, and what is to be kept of it outside the box. */
import { report } from "../actions.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { room, wallNow } from "../state.ts";
import { clockDate, clockTime } from "../text.ts";
import { type AuditRow, noteAnchor, verify } from "./calls.ts";
import { check, filter, place } from "./place.ts";
import type { PageProps } from "./Record.tsx";
import { ANCHOR, actionText, CHECK, EXPORT, filterText, objectText, RECORD, whoText } from "./words.ts";

/** Of anchors and faults; the rest is counted, and in the shell's check. */
const LISTED = 5;

export function Home(props: PageProps) {
  const { known } = props;
  const { rows, problems } = known;
  return (
    <div class="setup">
      <Head
        title={RECORD.title}
        onBack={() => {
          room.value = "workshop";
        }}
      >
        <button
          type="button"
          disabled={rows === undefined || isEmpty(rows)}
          onClick={() => {
            place.value = { kind: "export" };
          }}
        >
          {EXPORT.title}
        </button>
        <button
          type="button"
          class="primary"
          disabled={rows === undefined || isEmpty(rows) || check.value.kind === "running"}
          onClick={() => void run()}
        >
          {CHECK.run}
        </button>
      </Head>
      {rows === undefined ? (
        <Asked waiting={RECORD.waiting} problems={problems} onAgain={askAgain} />
      ) : (
        <>
          {problems.map((problem) => (
            <p key={problem} class="bad">
              {problem}
            </p>
          ))}
          {isEmpty(rows) ? (
            <div class="nothing">
              <strong>{RECORD.empty}</strong>
              <p>{RECORD.emptyHow}</p>
            </div>
          ) : (
            <div class="halves outputs">
              <div class="half scrolls">
                <Rows {...props} rows={rows} />
              </div>
              <div class="half scrolls">
                <Checked timezone={props.view.site.timezone} />
                <Kept {...props} />
              </div>
            </div>
          )}
        </>
      )}
    </div>
  );
}

/** Nothing at all, and not only nothing of what was asked for. */
function isEmpty(rows: readonly AuditRow[]): boolean {
  const { kind, refused, days } = filter.value;
  return rows.length === 0 && kind === undefined && !refused && days === undefined;
}

async function run(): Promise<void> {
  check.value = { kind: "running" };
  const outcome = await verify();
  if (outcome.kind === "ok") check.value = { kind: "done", report: outcome.value, wallAt: wallNow.peek() };
  if (outcome.kind === "failed") check.value = { kind: "failed", reasons: outcome.reasons };
}

function Rows(props: PageProps & { readonly rows: readonly AuditRow[] }) {
  const { rows } = props;
  const { more } = props.known;
  const { timezone } = props.view.site;
  return (
    <>
      <div class="showing">
        <span>
          {RECORD.showing}: <b>{filterText(filter.value)}</b>
        </span>
        <button
          type="button"
          onClick={() => {
            place.value = { kind: "filter" };
          }}
        >
          {RECORD.changeFilter}
        </button>
      </div>
      {rows.length === 0 && (
        <div class="nothing low">
          <strong>{RECORD.none}</strong>
          <p>{RECORD.noneHow}</p>
        </div>
      )}
      <ul class="rows" aria-label={RECORD.title}>
        {rows.map((row) => (
          <li key={row.seq}>
            <Row row={row} timezone={timezone} />
          </li>
        ))}
      </ul>
      {more && (
        <button type="button" class="earlier" onClick={props.onEarlier}>
          {RECORD.earlier}
        </button>
      )}
    </>
  );
}

/** Whatever is shown is read anew with its filter, and the rest with its place. */
function askAgain(): void {
  filter.value = { ...filter.peek() };
  place.value = { kind: "home" };
}

function Row(props: { readonly row: AuditRow; readonly timezone: string }) {
  const { row, timezone } = props;
  const at = Date.parse(row.wallAt);
  const bad = row.result !== "ok";
  return (
    <button
      type="button"
      class="row"
      aria-label={RECORD.row(row.seq)}
      onClick={() => {
        place.value = { kind: "row", seq: row.seq };
      }}
    >
      <span class="who">
        <b>{actionText(row.action)}</b>
        <em class={bad ? "bad" : ""}>
          {[objectText(row), bad ? RECORD.results[row.result] : ""].filter(Boolean).join(", ")}
        </em>
        <small>
          {clockDate(at, timezone)}, {clockTime(at, timezone)}, {whoText(row)}
        </small>
      </span>
    </button>
  );
}

function Checked({ timezone }: { readonly timezone: string }) {
  const now = check.value;
  switch (now.kind) {
    case "none":
      return (
        <div class="card">
          <h3>{CHECK.title}</h3>
          <p>{CHECK.how}</p>
        </div>
      );
    case "running":
      return (
        <div class="card" role="status">
          <h3>{CHECK.title}</h3>
          <p>{CHECK.running}</p>
        </div>
      );
    case "failed":
      return (
        <div class="card" role="alert">
          <h3>{CHECK.title}</h3>
          {now.reasons.map((reason) => (
            <p key={reason} class="why bad">
              {reason}
            </p>
          ))}
        </div>
      );
    case "done":
      return <Report done={now} timezone={timezone} />;
  }
}

function Report(props: {
  readonly done: Extract<typeof check.value, { kind: "done" }>;
  readonly timezone: string;
}) {
  const { report: found } = props.done;
  const when = (wallAt: string): string =>
    `${clockDate(Date.parse(wallAt), props.timezone)}, ${clockTime(Date.parse(wallAt), props.timezone)}`;
  const { ok, count, firstBadSeq = 0, faults, faultCount, gaps, clockSteps, clockStepCount, deleted } = found;
  return (
    <div class="card" role={ok ? "status" : "alert"}>
      <h3>{CHECK.title}</h3>
      <p class={ok ? "why" : "why bad"}>{ok ? CHECK.holds(count) : CHECK.broken(firstBadSeq)}</p>
      {!ok && <p>{CHECK.brokenHow}</p>}
      {faults.slice(0, LISTED).map(({ why }) => (
        <p key={why}>{why}</p>
      ))}
      {faultCount > LISTED && <p>{CHECK.more(faultCount - LISTED)}</p>}
      {gaps.length > 0 && <h3>{CHECK.gaps}</h3>}
      {gaps.slice(0, LISTED).map(({ after, before }) => (
        <p key={before}>{CHECK.gap(after, before)}</p>
      ))}
      {gaps.length > LISTED && <p>{CHECK.more(gaps.length - LISTED)}</p>}
      {ok && <p>{CHECK.looked(found)}</p>}
      {deleted !== undefined && <p>{CHECK.deleted(deleted)}</p>}
      {found.restored?.slice(-LISTED).map((each) => (
        <p key={each.seq}>
          {CHECK.restored(each)}
          {each.anchors &&
            ` ${CHECK.ofEnded(each.anchors.count, when(each.anchors.from), when(each.anchors.to))}`}
        </p>
      ))}
      {clockSteps.length > 0 && <h3>{CHECK.clocks}</h3>}
      {clockSteps.slice(0, LISTED).map(({ seq, byMs }) => (
        <p key={seq}>{CHECK.clock(seq, byMs)}</p>
      ))}
      {clockStepCount > LISTED && <p>{CHECK.more(clockStepCount - LISTED)}</p>}
    </div>
  );
}

function Kept({ known, view, onState }: PageProps) {
  const { state } = known;
  const { timezone } = view.site;
  async function note(): Promise<void> {
    const outcome = await noteAnchor();
    if (outcome.kind === "ok") onState(outcome.value);
    report(outcome, { done: ANCHOR.noted, command: ANCHOR.note });
  }
  if (state === undefined) return null;
  return (
    <div class="card kept">
      <h3>{ANCHOR.title}</h3>
      {state.head !== null && (
        <p class="code">
          {ANCHOR.row(state.head.seq)} <b>{state.head.code}</b>
        </p>
      )}
      <p>{ANCHOR.how}</p>
      <button type="button" disabled={state.head === null} onClick={() => void note()}>
        {ANCHOR.note}
      </button>
      <h3>{ANCHOR.kept}</h3>
      {state.anchors.length === 0 && <p>{ANCHOR.none}</p>}
      {state.anchors.slice(0, LISTED).map(({ id, seq, code, wallAt, sent }) => (
        <p key={id}>
          {ANCHOR.row(seq)} <b class="letters">{code}</b>, {clockDate(Date.parse(wallAt), timezone)},{" "}
          {clockTime(Date.parse(wallAt), timezone)}
          {sent !== null && <span class={sent.startsWith("failed") ? "bad" : ""}>, {ANCHOR.sent(sent)}</span>}
        </p>
      ))}
    </div>
  );
}

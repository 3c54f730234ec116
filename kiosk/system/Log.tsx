/** The newest lines of the box's own log. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { Asked } from "../parts/Asked.tsx";
import { Choice } from "../parts/Fields.tsx";
import { clockDate, clockTime } from "../text.ts";
import { type LogLine, readLog } from "./calls.ts";
import { level } from "./place.ts";
import { LOG, SYSTEM } from "./words.ts";

const PAGE = 100;
const LINES_MAX = 1_000;
const LEVELS = ["info", "warn", "error"] as const;
/** What stands elsewhere in the row, or says nothing to a person. */
const TOLD = new Set(["level", "time", "name", "part", "msg", "pid", "hostname"]);

export function Log(props: { readonly timezone: string }) {
  const lines = useSignal<readonly LogLine[] | undefined>(undefined);
  const limit = useSignal(PAGE);
  const problems = useSignal<readonly string[]>([]);
  const asked = useSignal(0);
  const read = async (): Promise<void> => {
    const mine = ++asked.value;
    const outcome = await readLog(level.peek(), limit.peek());
    if (mine !== asked.peek()) return;
    if (outcome.kind === "ok") lines.value = outcome.value;
    problems.value = outcome.kind === "failed" ? outcome.reasons : [];
  };
  useEffect(() => void read(), [level.value, limit.value]);
  const asking = <Asked waiting={SYSTEM.waiting} problems={problems.value} onAgain={() => void read()} />;
  // Above the choices: on a small panel nothing under them is in view.
  return (
    <>
      {problems.value.length > 0 && asking}
      <div class="levels">
        <Choice
          label={LOG.level}
          options={LEVELS.map((each) => [each, LOG.levels[each]])}
          isChosen={(each) => each === level.value}
          onChoose={(each) => {
            lines.value = undefined;
            limit.value = PAGE;
            level.value = each;
          }}
        />
        <button type="button" onClick={() => void read()}>
          {LOG.again}
        </button>
      </div>
      {lines.value === undefined && problems.value.length === 0 && asking}
      {lines.value?.length === 0 && (
        <div class="nothing low">
          <strong>{LOG.none}</strong>
          <p>{LOG.noneHow}</p>
        </div>
      )}
      <ul class="rows logLines" aria-label={SYSTEM.places.log}>
        {lines.value?.map((line, i) => (
          <Line key={`${line.time} ${i}`} line={line} timezone={props.timezone} />
        ))}
        {lines.value?.length === limit.value && limit.value < LINES_MAX && (
          <li>
            <button
              type="button"
              onClick={() => {
                limit.value = Math.min(LINES_MAX, limit.value + PAGE);
              }}
            >
              {LOG.more}
            </button>
          </li>
        )}
      </ul>
    </>
  );
}

function Line(props: { readonly line: LogLine; readonly timezone: string }) {
  const { line, timezone } = props;
  const at = Date.parse(line.time);
  const bad = line.level === "error" || line.level === "fatal";
  const others = Object.entries(line).filter(([name]) => !TOLD.has(name));
  return (
    <li>
      <p>
        <b class={bad ? "bad" : ""}>{LOG.names[line.level] ?? line.level}</b> {clockDate(at, timezone)},{" "}
        {clockTime(at, timezone)}{" "}
        <span class="muted">{[line.name, line.part].filter(Boolean).join(", ")}</span>
      </p>
      <p>{line.msg}</p>
      {others.length > 0 && <p class="fields">{others.map(fieldText).join("  ")}</p>}
    </li>
  );
}

function fieldText([name, value]: readonly [string, unknown]): string {
  return `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`;
}

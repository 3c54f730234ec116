/** Every version that was published, newest first. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { heard } from "../heard.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { room } from "../state.ts";
import { clockDate, clockTime } from "../text.ts";
import { readVersions, type VersionList } from "./calls.ts";
import { DRAFT } from "./draft_words.ts";
import { place } from "./place.ts";
import { VERSIONS } from "./words.ts";

interface Known {
  readonly list: VersionList | undefined;
  readonly problems: readonly string[];
}

export function Home(props: { readonly timezone: string }) {
  const known = useSignal<Known>({ list: undefined, problems: [] });
  const read = async (before?: number): Promise<void> => {
    const outcome = await readVersions(before);
    const earlier = before === undefined ? [] : (known.peek().list?.versions ?? []);
    if (outcome.kind === "failed") known.value = { ...known.peek(), problems: outcome.reasons };
    if (outcome.kind !== "ok") return;
    const { versions, ...more } = outcome.value;
    known.value = { list: { ...more, versions: [...earlier, ...versions] }, problems: [] };
  };
  useEffect(() => void read(), []);
  const { list, problems } = known.value;
  const next = list?.next ?? null;
  return (
    <div class="setup">
      <Head
        title={VERSIONS.title}
        onBack={() => {
          room.value = "workshop";
        }}
      />
      <p class="how">{VERSIONS.how}</p>
      {list === undefined ? (
        <Asked waiting={VERSIONS.waiting} problems={problems} onAgain={() => void read()} />
      ) : (
        problems.map((problem) => (
          <p key={problem} class="bad">
            {problem}
          </p>
        ))
      )}
      {list?.versions.length === 0 && (
        <div class="nothing">
          <strong>{VERSIONS.none}</strong>
          <p>{VERSIONS.noneHow}</p>
        </div>
      )}
      <ul class="rows" aria-label={VERSIONS.title}>
        {list?.draft !== undefined && <DraftRow draft={list.draft} timezone={props.timezone} />}
        {list?.versions.map((row) => (
          <li key={row.version}>
            <button
              type="button"
              class="row"
              aria-label={VERSIONS.number(row.version)}
              onClick={() => {
                place.value = { kind: "version", version: row.version };
              }}
            >
              <span class="who">
                <b>{VERSIONS.number(row.version)}</b>
                {row.inForce && <em>{VERSIONS.inForce}</em>}
                <span>{whenText(row, props.timezone)}</span>
                <small>{heard(row.reason)}</small>
              </span>
            </button>
          </li>
        ))}
        {next !== null && (
          <li>
            <button type="button" onClick={() => void read(next)}>
              {VERSIONS.older}
            </button>
          </li>
        )}
      </ul>
    </div>
  );
}

/** What is not in force yet comes first. */
function DraftRow(props: { readonly draft: NonNullable<VersionList["draft"]>; readonly timezone: string }) {
  const { by, begunWallAt, changes } = props.draft;
  return (
    <li>
      <button
        type="button"
        class="row"
        aria-label={DRAFT.title}
        onClick={() => {
          place.value = { kind: "draft" };
        }}
      >
        <span class="who">
          <b>{DRAFT.title}</b>
          <em>{DRAFT.notInForce}</em>
          <span>{whenText({ by, wallAt: begunWallAt }, props.timezone)}</span>
          <small>{DRAFT.count(changes)}</small>
        </span>
      </button>
    </li>
  );
}

export function whenText(
  { wallAt, by }: { readonly wallAt: number; readonly by: string },
  timezone: string,
): string {
  return VERSIONS.when(clockDate(wallAt, timezone), clockTime(wallAt, timezone), by);
}

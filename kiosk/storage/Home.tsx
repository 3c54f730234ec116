/** The clips that are kept, by camera and time, and what takes how much of the disk. */
import { Asked } from "../parts/Asked.tsx";
import { Choice } from "../parts/Fields.tsx";
import { FoldButton, Folded, useFold } from "../parts/Fold.tsx";
import { Head } from "../parts/Head.tsx";
import { room } from "../state.ts";
import { clockDate, clockTime, span } from "../text.ts";
import type { ListedClip, StorageAnswer } from "./calls.ts";
import { type Days, filter, place } from "./place.ts";
import type { PageProps } from "./Storage.tsx";
import { bytesText, STORAGE } from "./words.ts";

const DAYS: readonly Days[] = [0, 1, 7, 30];

export function Home(props: PageProps) {
  const { known, view } = props;
  const { camera, days } = filter.value;
  const says = [view.cameras.find(({ id }) => id === camera)?.name ?? STORAGE.all, STORAGE.days[days]].join(
    ", ",
  );
  const open = useFold(says);
  return (
    <div class="setup storage">
      <Head
        title={STORAGE.title}
        onBack={() => {
          room.value = "workshop";
        }}
      >
        {known.clips !== undefined && <FoldButton open={open} says={says} />}
      </Head>
      {(known.clips === undefined || known.problems.length > 0) && (
        <Asked waiting={STORAGE.waiting} problems={known.problems} onAgain={props.onAgain} />
      )}
      {known.clips !== undefined && (
        <Folded open={open}>
          <Filters {...props} />
        </Folded>
      )}
      {known.clips !== undefined && (
        <div class="halves outputs">
          <div class="half scrolls">
            <Clips {...props} clips={known.clips} />
          </div>
          <div class="half scrolls">
            {known.storage !== undefined && (
              <>
                <Disk storage={known.storage} />
                <Kept storage={known.storage} timezone={view.site.timezone} />
              </>
            )}
          </div>
        </div>
      )}
    </div>
  );
}

function Filters({ view }: PageProps) {
  const { camera = "", days } = filter.value;
  return (
    <>
      {view.cameras.length > 1 && (
        <Choice
          label={STORAGE.camera}
          options={[["", STORAGE.all], ...view.cameras.map(({ id, name }) => [id, name] as const)]}
          isChosen={(id) => id === camera}
          onChoose={(id) => {
            filter.value = { days, ...(id === "" ? {} : { camera: id }) };
          }}
        />
      )}
      <Choice
        label={STORAGE.since}
        options={DAYS.map((each) => [each, STORAGE.days[each]] as const)}
        isChosen={(each) => each === days}
        onChoose={(each) => {
          filter.value = { ...filter.value, days: each };
        }}
      />
    </>
  );
}

function Clips(props: PageProps & { readonly clips: readonly ListedClip[] }) {
  const { clips, view, onEarlier } = props;
  const { more, storage } = props.known;
  const isAll = filter.value.camera === undefined && filter.value.days === 0;
  if (clips.length === 0)
    return (
      <div class="nothing low">
        <strong>{isAll ? STORAGE.none : STORAGE.noneSuch}</strong>
        <p>
          {!isAll
            ? STORAGE.noneSuchHow
            : storage?.clips.limits.keep === 0
              ? STORAGE.limits(storage.clips.limits)
              : STORAGE.noneHow}
        </p>
      </div>
    );
  return (
    <>
      <ul class="rows" aria-label={STORAGE.clips}>
        {clips.map((clip) => (
          <li key={clip.id}>
            <Row clip={clip} timezone={view.site.timezone} />
          </li>
        ))}
      </ul>
      {more && (
        <button type="button" class="earlier" onClick={onEarlier}>
          {STORAGE.more}
        </button>
      )}
    </>
  );
}

function Row(props: { readonly clip: ListedClip; readonly timezone: string }) {
  const { clip, timezone } = props;
  const [first, ...others] = clip.events;
  const at = first?.wallAt ?? clip.wallAt;
  return (
    <button type="button" class="row" onClick={() => (place.value = { kind: "clip", id: clip.id })}>
      <span class="who">
        <b>{first?.text}</b>
        {others.length > 0 && <em>{STORAGE.others(others.length)}</em>}
        {clip.ended === undefined && <em>{STORAGE.now}</em>}
        <small>
          {clip.cameraName}, {clockDate(at, timezone)}, {clockTime(at, timezone)}, {STORAGE.cycle(clip.cycle)}
          {clip.ended && `, ${span(clip.ended.durationMs)}`}
        </small>
      </span>
    </button>
  );
}

function Disk({ storage: { disk, parts } }: { readonly storage: StorageAnswer }) {
  return (
    <div class="card">
      <h3>{STORAGE.disk}</h3>
      <p class="why">{disk === null ? STORAGE.unknown : STORAGE.free(disk.freeBytes, disk.totalBytes)}</p>
      <table>
        <tbody>
          {parts.map(({ part, bytes }) => (
            <tr key={part}>
              <th scope="row">{STORAGE.parts[part]}</th>
              <td>{bytesText(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>{STORAGE.logs}</p>
    </div>
  );
}

function Kept(props: { readonly storage: StorageAnswer; readonly timezone: string }) {
  const { clips, trimmed } = props.storage;
  const when = (wallAt: number): string =>
    `${clockDate(wallAt, props.timezone)}, ${clockTime(wallAt, props.timezone)}`;
  return (
    <div class="card">
      <h3>{STORAGE.clips}</h3>
      <p class="why">{STORAGE.count(clips.count, clips.bytes)}</p>
      {clips.oldestWallAt !== null && clips.newestWallAt !== null && (
        <>
          <p>
            {STORAGE.oldest}: {when(clips.oldestWallAt)}
          </p>
          <p>
            {STORAGE.newest}: {when(clips.newestWallAt)}
          </p>
        </>
      )}
      <p>{STORAGE.limits(clips.limits)}</p>
      <p>{STORAGE.memory(clips.memoryBytes)}</p>
      {clips.missed > 0 && <p class="bad">{STORAGE.missed(clips.missed)}</p>}
      <h3>{STORAGE.trimmed}</h3>
      {trimmed.length === 0 && <p>{STORAGE.nothingTrimmed}</p>}
      {trimmed.map((trim) => (
        <p key={trim.wallAt}>
          {when(Date.parse(trim.wallAt))}: {STORAGE.trim(trim)}
        </p>
      ))}
    </div>
  );
}

/** Everything that one row says. */
import { useSignal } from "@preact/signals";
import { ZONE_PICTURED, type ZonePictureRow } from "../../server/domain/zone_change.ts";
import { reasonText } from "../codes.ts";
import { Head } from "../parts/Head.tsx";
import { clockDate, clockTime } from "../text.ts";
import { Area, Plate, WIDTH } from "../zones/Plate.tsx";
import type { AuditRow } from "./calls.ts";
import { toHome } from "./place.ts";
import type { PageProps } from "./Record.tsx";
import { actionText, objectText, RECORD, whoText } from "./words.ts";

export function RowPage(props: PageProps & { readonly seq: number }) {
  const { known, seq, view } = props;
  const row = known.rows?.find((each) => each.seq === seq);
  return (
    <div class="setup">
      <Head title={RECORD.row(seq)} onBack={toHome} />
      {row === undefined ? (
        <p class="how">{RECORD.gone}</p>
      ) : (
        <div class="half scrolls">
          <h3>{actionText(row.action)}</h3>
          <p class="how">
            {clockDate(Date.parse(row.wallAt), view.site.timezone)},{" "}
            {clockTime(Date.parse(row.wallAt), view.site.timezone)}
          </p>
          {row.action === ZONE_PICTURED && row.after !== null && (
            <ZonePicture row={row.after as unknown as ZonePictureRow} />
          )}
          <dl class="rowFacts">
            {linesOf(row).map(([name, text]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd class={name === RECORD.result && row.result !== "ok" ? "bad" : ""}>{text}</dd>
              </div>
            ))}
          </dl>
        </div>
      )}
    </div>
  );
}

/** What the person saw who moved an outline, with the outlines of then. */
function ZonePicture({ row }: { readonly row: ZonePictureRow }) {
  const gone = useSignal(row.picture === undefined);
  const { width, height } = row.size ?? { width: 16, height: 9 };
  const size = { width: WIDTH, height: (WIDTH * height) / width };
  const path = `/api/zone-pictures/${encodeURIComponent(row.picture ?? "")}/jpeg`;
  return (
    <>
      <p class="how">{RECORD.drawn(row.camera)}</p>
      <div class="drawnOn">
        <Plate size={size} name={row.camera}>
          <svg class="scene" viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
            {!gone.value && (
              <image
                href={path}
                width={size.width}
                height={size.height}
                onError={() => {
                  gone.value = true;
                }}
              />
            )}
            {row.before.map(({ id, kind, polygon }) => (
              <Area key={id} points={polygon} kind={kind} look="before" size={size} />
            ))}
            {row.after.map(({ id, kind, polygon }) => (
              <Area key={id} points={polygon} kind={kind} look="drawn" size={size} />
            ))}
          </svg>
        </Plate>
      </div>
      {gone.value && <p class="how">{RECORD.noPicture}</p>}
    </>
  );
}

function linesOf(row: AuditRow): readonly (readonly [string, string])[] {
  const { origin, reason, reasonCode, before, after, result, clockState, configVersion, hash } = row;
  const value = (json: AuditRow["after"]): string => (json === null ? "" : JSON.stringify(json, null, 1));
  const lines: readonly (readonly [string, string])[] = [
    [RECORD.who, whoText(row)],
    [RECORD.from, origin ?? ""],
    [RECORD.about, objectText(row)],
    [RECORD.result, RECORD.results[result]],
    [RECORD.why, reasonText(reason ?? "")],
    [RECORD.code, reasonCode === undefined || reasonCode === reason ? "" : reasonText(reasonCode)],
    [RECORD.before, value(before)],
    [RECORD.after, value(after)],
    [RECORD.config, configVersion === null ? "" : String(configVersion)],
    [RECORD.clock, clockState === undefined ? "" : RECORD.clocks[clockState]],
    [RECORD.hash, hash],
  ];
  return lines.filter(([, text]) => text !== "");
}

/** The part of a shift report that shows the frames that tripped. */
import type { ShiftReport } from "./shift_report.ts";
import type { SheetPart, SheetPicture } from "./shift_sheet.ts";
import { offText } from "./stop_picture.ts";
import type { Millis } from "./units.ts";

const NOBODY = "–";

/** Of every stop, also of one that has no picture: that is said, too. */
export function stopPictures(
  { stops: { list }, cameras: known }: ShiftReport,
  at: (wallAt: Millis) => string,
): SheetPart | undefined {
  if (list.length === 0) return undefined;
  const rows = list.flatMap(({ wallAt, cycle, pictures = [] }) => {
    const begin = [at(wallAt), cycle === null ? NOBODY : String(cycle)];
    if (pictures.length === 0) return [[...begin, NOBODY, "None was kept"]];
    return pictures.map((row) => {
      if ("why" in row) return [...begin, NOBODY, `None was kept: ${row.why}`];
      const { camera, offMs } = row.picture;
      const name = known.find((each) => each.camera === camera)?.name ?? camera;
      return [...begin, name, offText(offMs)];
    });
  });
  const pictures = list.flatMap(({ wallAt, cycle, pictures: told = [] }) =>
    told.flatMap((row): SheetPicture[] => {
      if ("why" in row) return [];
      const { picture: id, camera, offMs, sha256 } = row.picture;
      const name = known.find((each) => each.camera === camera)?.name ?? camera;
      const cycleText = cycle === null ? "" : `, cycle ${cycle}`;
      return [
        {
          id,
          caption: `${at(wallAt)}${cycleText}, ${name}: ${offText(offMs)}. SHA-256 ${sha256.slice(0, 16)}`,
        },
      ];
    }),
  );
  return {
    title: "Pictures of stops",
    columns: ["At", "Cycle", "Camera", "Picture"],
    rows,
    notes: [],
    ...(pictures.length === 0 ? {} : { pictures }),
  };
}

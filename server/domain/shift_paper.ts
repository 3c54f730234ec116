/** A shift report on paper, printed or as a PDF: with the pictures of its stops and an anchor of the audit trail. */
import { paperOf, type SheetPart, shiftTitle, type ToldShift } from "./shift_sheet.ts";
import type { StopPicture } from "./stop_picture.ts";

export interface PaperPicture {
  readonly picture: StopPicture;
  readonly jpeg: Uint8Array;
}

export interface ShiftPaper {
  readonly title: string;
  readonly site: string;
  readonly parts: readonly SheetPart[];
  /** What the code says; undefined where nothing was recorded. */
  readonly anchor: string | undefined;
  /** Lines for a pen, where nobody has signed on the box. */
  readonly toSign: boolean;
  /** By their id; one that is not here is not kept any more, or one too many. */
  readonly pictures: ReadonlyMap<string, PaperPicture>;
}

/** More make no paper that anybody reads; the box shows the others. */
export const PAPER_PICTURES_MAX = 40;
export const NO_PICTURE = "This picture is not kept any more, or one too many for paper.";

/** The newest row of the trail when a paper was made: kept outside the box, it shows whether rows were written anew. */
export interface PaperAnchor {
  readonly seq: number;
  readonly hash: string;
}

/** What the code on paper says, and what the check of the record takes. */
const anchorText = ({ seq, hash }: PaperAnchor): string => `${seq}:${hash}`;

/** For paper alone: a screen of the box is no place outside of it. */
function anchorPart(anchor: PaperAnchor | undefined): SheetPart {
  const title = "Anchor of the audit trail";
  if (anchor === undefined)
    return { title, columns: [], rows: [], notes: ["None: nothing was recorded when this was made."] };
  const groups = anchor.hash.match(/.{4}/g) ?? [];
  return {
    title,
    columns: [],
    rows: [
      ["Newest row", String(anchor.seq)],
      ["Its SHA-256", [groups.slice(0, 8).join(" "), groups.slice(8).join(" ")].join("\n")],
    ],
    notes: [
      "Keep this paper where nobody with access to the box can change it. The check of the record takes the text of the code, and says whether rows were changed or written anew since.",
    ],
  };
}

/** The pictures that a paper wants, the first ones. */
export function wantedPictures(told: ToldShift): readonly string[] {
  const all = paperOf(told).flatMap(({ pictures = [] }) => pictures.map(({ id }) => id));
  return all.slice(0, PAPER_PICTURES_MAX);
}

export function shiftPaper(
  told: ToldShift,
  terms: Pick<ShiftPaper, "site" | "pictures"> & { readonly anchor: PaperAnchor | undefined },
): ShiftPaper {
  const { anchor, ...rest } = terms;
  return {
    ...rest,
    title: shiftTitle(told.report),
    parts: [...paperOf(told), anchorPart(anchor)],
    anchor: anchor && anchorText(anchor),
    toSign: told.signatures.length === 0,
  };
}

/** Every text of the pages of the disk and of clips. Loaded with them only. */
import type { TrimReason } from "../../server/domain/clip.ts";
import type { DiskPart } from "../../server/domain/disk_part.ts";
import type { ClipsConfig } from "../../server/domain/evidence_config.ts";
import type { StorageAnswer } from "../../server/http/clips.ts";
import { t } from "../say.ts";
import { decimal } from "../text.ts";
import type { Days } from "./place.ts";

/** "5.2 MB", "1.4 GB" */
export function bytesText(bytes: number): string {
  if (bytes >= 1e9) return t("{size} GB", { size: decimal(bytes / 1e9, 1) });
  return t("{size} MB", { size: decimal(bytes / 1e6, 1) });
}

const WHY: Readonly<Record<TrimReason, string>> = {
  count: t("too many"),
  bytes: t("too much room"),
  age: t("too old"),
  room: t("the disk was filling up"),
};

export const STORAGE = {
  title: t("Storage and clips"),
  waiting: t("Asking the box"),
  disk: t("Disk"),
  free: (free: number, total: number): string =>
    t("{free} free of {total}", { free: bytesText(free), total: bytesText(total) }),
  unknown: t("How much is free cannot be told"),
  parts: {
    record: t("Settings and record"),
    exports: t("Exports"),
    pictures: t("Pictures of stops"),
    clips: t("Clips"),
    models: t("Models"),
    other: t("Other||files"),
  } satisfies Record<DiskPart, string>,
  logs: t("The log lies with the system's own, not here."),
  clips: t("Clips"),
  count: (count: number, bytes: number): string =>
    t("{count, plural, one {# clip} other {# clips}}, {size}", { count, size: bytesText(bytes) }),
  oldest: t("Oldest"),
  newest: t("Newest"),
  limits: ({ keep, keepMegabytes, keepDays, keepFreeMegabytes }: ClipsConfig): string =>
    keep === 0
      ? t("Nothing is recorded: the settings keep no clip.")
      : t(
          "At most {keep, plural, one {# clip} other {# clips}}, {size}, {days, plural, one {# day} other {# days}}; the oldest go before less than {free} is free.",
          {
            keep,
            size: bytesText(keepMegabytes * 1e6),
            days: keepDays,
            free: bytesText(keepFreeMegabytes * 1e6),
          },
        ),
  missed: (count: number): string =>
    t(
      "{count, plural, one {Of # event since the start no clip could be kept.} other {Of # events since the start no clip could be kept.}}",
      { count },
    ),
  memory: (bytes: number): string =>
    t("{size} of memory hold the newest pictures", { size: bytesText(bytes) }),
  trimmed: t("Gone by itself"),
  nothingTrimmed: t("Nothing has gone yet"),
  trim: ({ clips, pictures = 0, bytes, why }: StorageAnswer["trimmed"][number]): string => {
    const told = { size: bytesText(bytes), why: WHY[why] };
    return clips === undefined
      ? t("{pictures, plural, one {# picture} other {# pictures}} of stops, {size}: {why}", {
          pictures,
          ...told,
        })
      : t("{clips, plural, one {# clip} other {# clips}}, {size}: {why}", { clips, ...told });
  },
  camera: t("Camera"),
  all: t("All cameras"),
  since: t("Since"),
  days: { 0: t("Any time"), 1: t("1 day"), 7: t("7 days"), 30: t("30 days") } satisfies Record<Days, string>,
  none: t("No clip is kept"),
  noneHow: t("A trip, a camera that is lost and a requested stop each record one."),
  noneSuch: t("There is no such clip"),
  noneSuchHow: t("Choose another camera, or a longer time."),
  more: t("Earlier clips"),
  now: t("being recorded"),
  cycle: (cycle: number): string => t("cycle {cycle}", { cycle }),
  others: (count: number): string => t("and {count} more", { count }),
  export: t("Export"),
  delete: t("Delete"),
} as const;

export const EXPORT_CLIP = {
  title: t("Export this clip"),
  how: t("It shows people. What it is for is written into the record before the file can be fetched."),
  note: t("Write it down"),
  noted: t("It is in the record"),
  fetch: (address: string, path: string, minutes: number): string =>
    t("Sign in at {address} from another computer within {minutes} min, then open {path} there.", {
      ...{ address, path, minutes },
    }),
  file: (bytes: number): string =>
    t("A Matroska file of {size} with Motion JPEG: common players show it.", { size: bytesText(bytes) }),
  hash: (sha256: string): string => t("SHA-256 {sha256}", { sha256 }),
} as const;

export const DELETE_CLIP = {
  title: t("Delete this clip?"),
  how: t("Its pictures are gone for good. That it was there, and its hash, stay in the record."),
  reason: t("Why"),
  reasons: [t("Somebody asked for it"), t("It shows nothing of use"), t("Recorded by mistake")],
  yes: t("Delete the clip"),
  done: t("The clip is deleted"),
} as const;

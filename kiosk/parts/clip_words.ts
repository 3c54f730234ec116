/** Texts of the player of clips, and what the history of alarms says of them. */
import { t } from "../say.ts";
import { clockDate, clockTime, decimal } from "../text.ts";

export const CLIP = {
  title: t("Clip"),
  show: t("Show the clip"),
  close: t("Close"),
  waiting: t("The clip is being fetched …"),
  recording: t("This clip is still being recorded"),
  recordingHow: t("It ends a few seconds after the event. Then it can be shown."),
  again: t("Try again"),
  missing: t("This picture of the clip cannot be had"),
  play: t("Play"),
  pause: t("Pause||a clip"),
  back: t("Step back"),
  on: t("Step forward"),
  event: t("To the event"),
  place: t("Place in the clip"),
  picture: (camera: string): string => t("Recorded picture of {camera}", { camera }),
  recorded: (wallAt: number, timezone: string): string =>
    t("RECORDED {date}, {time}", { date: clockDate(wallAt, timezone), time: clockTime(wallAt, timezone) }),
  ago: (age: string): string => t("{age} ago", { age }),
  about: (camera: string, cycle: number): string => t("{camera}, cycle {cycle}", { camera, cycle }),
  offset: (ms: number): string =>
    ms < 0
      ? t("{seconds} s before the event", { seconds: decimal(-ms / 1_000, 1) })
      : t("{seconds} s after the event", { seconds: decimal(ms / 1_000, 1) }),
  lost: (count: number): string =>
    t(
      "{count, plural, one {# picture is missing: the disk was too slow.} other {# pictures are missing: the disk was too slow.}}",
      { count },
    ),
  cut: t("It is shorter than it should be: the box ended, or the disk was full."),
} as const;

/** What the history of alarms says of clips. */
export const CLIP_EVENTS: Readonly<Record<string, string>> = {
  recorded: t("Clip recorded"),
  "not-recorded": t("No clip was recorded"),
};

/**
 * Every page of the kiosk in its six states, and every place within it: how to get there, and what is there then.
 * A new room is one line of ROOMS; a state that a page cannot have says why. scenes.test.ts tells what is missing.
 */
import type { View } from "../../server/domain/view.ts";
import type { Cell } from "./cells.ts";
import {
  ALWAYS_SOME,
  ASKS_NOTHING,
  answered,
  head,
  IN_VIEW,
  type Look,
  NOTHING,
  PAD,
  type Page,
  part,
  QUESTION,
  type State,
  WRITING,
} from "./scene_parts.ts";
import { FIRST } from "./scenes_first.ts";
import { ROOMS } from "./scenes_rooms.ts";
import { type Setting, type Step, touch, unlock } from "./stage.ts";

const BYPASS = ["Maintenance", "Bypass a zone"] as const;
const REASON = "Cleaning";
const AISLE = /^More about.*Door/;
const ALARM = (wants: string): Setting => ({ cell: "alarm", wants });

export const PAGES: readonly Page[] = [
  {
    ...{ name: "live", way: [] },
    looks: {
      ...{ normal: ".tile .liveness svg", empty: { cell: "nothing", wants: ".wall .nothing" } },
      ...{ loading: { cell: "starting", wants: ".veil" }, error: { cell: "broken", wants: ".veil" } },
    },
    parts: {
      bypassed: part([], { cell: "bypassed", wants: ".bypasses li" }),
      alone: part(["Show Front alone"], ".alone .liveness svg"),
    },
  },
  {
    ...{ name: "alarms", way: ["Alarms"], home: "active" },
    looks: {
      ...{ normal: { cell: "acknowledged", wants: ".alarm" }, empty: ".alarmPage .nothing" },
      ...{ loading: IN_VIEW, error: { cell: "broken", wants: ".alarm" } },
    },
    parts: {
      one: part([AISLE], ALARM(".one")),
      comment: part([AISLE, "Comment"], ALARM(".picks button")),
      shelve: part([AISLE, "Shelve"], ALARM(".picks button")),
      "shelve-minutes": part([AISLE, "Shelve", "Known and being worked on"], ALARM(head("For how long"))),
      "out-of-service": part([AISLE, "Out of service"], ALARM(".picks button")),
      "return-to-service": part(["Set aside", /Loading bay/, "Return to service"], {
        cell: "aside",
        wants: ".tilesOfNames",
      }),
      aside: part(["Set aside"], { cell: "aside", wants: ".rows .row" }),
      "aside-empty": part(["Set aside"], NOTHING),
      history: part(["History"], ".events .row"),
      "history-empty": answered(["History"], "empty", NOTHING),
      "history-loading": answered(["History"], "late", ".filters"),
      "history-error": answered(["History"], "error"),
    },
  },
  {
    ...{ name: "maintenance", way: ["Maintenance"] },
    looks: {
      ...{ normal: ".tilesOfNames button", empty: { answers: "empty", wants: ".nobody" } },
      ...{ loading: { answers: "late", wants: ".names" }, error: { answers: "error", wants: ".names .bad" } },
    },
    parts: {
      pin: part([/^Sam/], PAD),
      "pin-bypassed": part([/^Sam/], { cell: "bypassed", wants: PAD }),
      first: { ...answered([], "empty", ".firstOffer"), press: [] },
      "own-pin": part(["Change my PIN"], ".tilesOfNames"),
    },
  },
  {
    ...{ name: "workshop", way: [unlock] },
    looks: {
      ...{ normal: ".workshop", empty: { cell: "nothing", wants: ".workshop .muted" } },
      ...{ loading: { cell: "starting", wants: ".workshop" }, error: { cell: "broken", wants: ".bad" } },
    },
  },
  FIRST,
  {
    ...{ name: "shift", way: ["Alarms", "Shift report"], home: "report" },
    looks: {
      ...{ normal: ".sheet", empty: ALWAYS_SOME },
      ...{ loading: ".page .setup", error: { answers: "error", wants: ".page .bad" } },
    },
    parts: {
      list: part(["Earlier shifts"], ".rows .row"),
      "list-empty": answered(["Earlier shifts"], "empty", NOTHING),
      "list-error": answered(["Earlier shifts"], "error"),
      note: part(["Write hand-over"], WRITING),
      sign: part(["Earlier shifts", /^Night shift/, "Sign"], ".tilesOfNames"),
    },
  },
  {
    ...{ name: "bypass", way: BYPASS, home: "zone" },
    looks: {
      ...{ normal: ".rows .row", empty: { cell: "nothing", wants: NOTHING }, loading: IN_VIEW },
      error: IN_VIEW,
    },
    parts: {
      reason: part(["Cell"], ".reasons"),
      minutes: part(["Cell", REASON], ".minutes"),
      person: part(["Cell", REASON, "Next"], ".tilesOfNames"),
      "person-error": answered(["Cell", REASON, "Next"], "error", ".names .bad"),
      pin: part(["Cell", REASON, "Next", /^Alex/], PAD),
    },
  },
  {
    ...{ name: "reset-pin", way: [touch("Reset")] },
    besides: { state: "tripped", reset: { possible: true, needed: true, pinNeeded: true, refusals: [] } },
    looks: {
      ...{ normal: ".tilesOfNames", empty: { answers: "empty", wants: ".nobody" } },
      ...{ loading: { answers: "late", wants: ".names" }, error: { answers: "error", wants: ".names .bad" } },
    },
    parts: { pin: part([/^Alex/], PAD) },
  },
  {
    ...{ name: "panel", way: ["This panel"] },
    looks: {
      ...{ normal: ".panels li", empty: { answers: "empty", wants: ".panels" } },
      ...{
        loading: { answers: "late", wants: ".panels" },
        error: { answers: "error", wants: ".panels .bad" },
      },
    },
    parts: { cleaning: part(["Clean the screen"], ".cleaning") },
  },
  {
    ...{ name: "end-demonstration", way: ["End demonstration"], besides: { demonstration: true } },
    looks: { normal: QUESTION, empty: ASKS_NOTHING, loading: ASKS_NOTHING, error: ASKS_NOTHING },
  },
  ...ROOMS,
];

export interface Scene {
  /** The page, its part where it is one, and its state where that is not the normal one. */
  readonly name: string;
  readonly page: string;
  readonly state: State;
  readonly way: readonly Step[];
  readonly setting: Setting;
  readonly besides: Partial<View>;
  /** It goes on from the scene before, which is still open: an alarm comes, or the link is lost. */
  readonly goesOn: boolean;
}

const BANNER = ".banner.flashing";

function settingOf(state: State, look: Look): Setting | undefined {
  if (typeof look !== "string") return "never" in look ? undefined : look;
  const answers = {
    normal: "full",
    empty: "empty",
    loading: "late",
    error: "error",
    alarm: "full",
    lost: "full",
  };
  return { wants: look, answers: answers[state] as NonNullable<Setting["answers"]> };
}

/** What an alarm comes upon stays as it is. */
function underAlarm(cell: Cell = "quiet"): Cell {
  return cell === "bypassed" ? "bypassed-alarm" : "alarm";
}

/** The scenes of a page in the order in which they are quickest. */
export function scenesOf({ name, way, besides = {}, looks, parts = {} }: Page): readonly Scene[] {
  const scene = (more: Pick<Scene, "name" | "state" | "setting"> & Partial<Scene>): Scene => ({
    ...{ page: name, way, besides, goesOn: false },
    ...more,
  });
  const own = (["error", "loading", "empty", "normal"] as const).flatMap((state) => {
    const setting = settingOf(state, looks[state]);
    const suffix = state === "normal" ? "" : `-${state}`;
    return setting === undefined ? [] : [scene({ name: name + suffix, state, setting })];
  });
  const alarm = { cell: "alarm", wants: BANNER } as const;
  const after = [
    scene({
      name: `${name}-alarm`,
      state: "alarm",
      setting: settingOf("alarm", looks.alarm ?? alarm) ?? alarm,
      goesOn: true,
    }),
    scene({ name: `${name}-lost`, state: "lost", setting: { wants: ".lost" }, goesOn: true }),
    ...(name === "live"
      ? [scene({ name: "live-failed", state: "lost", setting: { wants: ".lost.failed" }, goesOn: true })]
      : []),
  ];
  const within = Object.entries(parts).flatMap(([place, { press, shows, tells, ends }]) => {
    const setting = typeof shows === "string" ? { wants: shows } : shows;
    const told = { ...besides, ...tells };
    const open = scene({
      ...{ name: `${name}-${place}`, state: "normal", setting, way: [...way, ...press] },
      besides: told,
    });
    const isWhole = (setting.answers ?? "full") === "full" && setting.cell !== "alarm";
    if (!isWhole) return [open];
    return [
      open,
      {
        ...{ ...open, name: `${open.name}-alarm`, state: "alarm" as const, goesOn: true },
        setting: { ...alarm, cell: underAlarm(setting.cell) },
        besides: { ...told, ...ends },
      },
    ];
  });
  return [...own, ...after, ...within];
}

export const SCENES: readonly Scene[] = PAGES.flatMap(scenesOf);

/** The rooms of Maintenance as scenes: each with its states and the places within it. */
import {
  ALWAYS_SOME,
  answered,
  GONE,
  head,
  IN_VIEW,
  NOTHING,
  never,
  PAD,
  type Page,
  part,
  QUESTION,
  room,
  WRITING,
} from "./scene_parts.ts";
import { WALKS } from "./scenes_walk.ts";
import { there, write } from "./stage.ts";

export const ROOMS: readonly Page[] = [
  room("cameras", "Set up cameras", ".rows .row", {
    home: "list",
    looks: { loading: IN_VIEW, error: { cell: "broken", wants: ".rows .bad" } },
    parts: {
      camera: part(["Front"], ".half .picture"),
      "camera-loading": answered(["Front"], "late"),
      "camera-error": answered(["Front"], "error"),
      remove: part(["Front", "Remove Front"], QUESTION),
      scene: part(["Front", "Take new reference picture"], QUESTION),
      add: part(["Add camera"], ".page .question"),
      find: part(["Add camera", "Find ONVIF cameras"], ".rows .row"),
      "find-usb": part(["Add camera", "USB"], ".rows .row"),
      "find-empty": answered(["Add camera", "Find ONVIF cameras"], "empty", NOTHING),
      "find-loading": answered(["Add camera", "Find ONVIF cameras"], "late", NOTHING),
      "find-error": answered(["Add camera", "Find ONVIF cameras"], "error"),
      form: part(["Add camera", "Network address"], ".form .field"),
      keyboard: part(["Add camera", "Network address", "Address"], WRITING),
      password: part(
        ["Add camera", "Network address", write("Address", "rtsp://10.0.0.9/a"), "Password"],
        WRITING,
      ),
    },
  }),
  room("zones", "Draw zones", ".of-camera .row", {
    home: "list",
    parts: {
      zone: part(["Cell"], ".zone-of"),
      "zone-warn": part(["Door"], ".zone-of"),
      remove: part(["Cell", "Remove Cell"], QUESTION),
      add: part(["Add zone to Side"], ".picks button"),
      shapes: part(["Add zone to Side", "Mask", "Shapes"], ".shape-pick"),
      draw: part(["Cell", "Edit Cell"], ".drawing"),
      "draw-anew": part(["Add zone to Side", "Stop zone"], ".drawing"),
      form: part(["Cell", "Edit Cell", "Next"], ".sheet .fields"),
      try: part(["Cell", "Edit Cell", "Next", "Next"], ".drawer .lamp"),
      review: part(["Cell", "Edit Cell", "Next", "Next", "Next"], ".drawer .card"),
      ground: part(["Measure floor of Front"], ".lengths .field"),
    },
  }),
  room("outputs", "Test and set up outputs", ".rows .row", {
    home: "home",
    looks: { empty: { cell: "nothing", answers: "empty", wants: NOTHING } },
    parts: {
      output: part(["Run permit"], head("Run permit")),
      try: part(["Horn", "Test Horn"], QUESTION),
      "remove-output": part(["Horn", "Remove Horn"], QUESTION),
      "output-form": part(["Add output"], ".sheet .field"),
      board: part(["press"], head("press")),
      "board-lost": part(["signals"], { cell: "broken", wants: head("signals") }),
      "remove-board": part(["press", "Remove press"], QUESTION),
      replaced: part(["press", "Relays replaced"], QUESTION),
      "add-board": part(["Add board"], ".rows .row"),
      find: part(["Add board", "DCT USBRelay (USB HID)"], ".rows .row"),
      "find-loading": answered(["Add board", "DCT USBRelay (USB HID)"], "late", NOTHING),
      "board-form": part(["Add board", "Modbus TCP"], ".sheet .field"),
      tower: part(["Signal tower"], ".tower .choice"),
      "tower-table": part(["Signal tower", "Table to print"], "table"),
      intervals: part(["Intervals"], ".sheet .field"),
      records: part(["Records"], ".record"),
      "records-empty": answered(["Records"], "empty", NOTHING),
      "records-loading": answered(["Records"], "late", ".page .asked"),
      "records-error": answered(["Records"], "error"),
      "tower-loading": answered(["Signal tower"], "late", ".page .asked"),
      "tower-error": answered(["Signal tower"], "error"),
      run: part(["Run relay test"], ".wizard"),
    },
  }),
  WALKS,
  room("detector", "Open detector", ".rows .row", {
    home: "home",
    looks: { empty: never("One model always watches; the list beside it says when there is no other") },
    parts: {
      "no-others": answered([], "empty"),
      model: part(["yolox-tiny-416"], head("yolox-tiny-416")),
      use: part(["yolox-tiny-416", "Use this model"], QUESTION),
      add: part(["Add a model"], ".adding"),
      trial: part(["Open the trial"], head("Trial")),
    },
  }),
  room("people", "Open people", ".rows .row", {
    home: "list",
    parts: {
      person: part(["Alex"], ".role"),
      pin: part(["Alex", "New PIN"], PAD),
      badge: part(["Kim", "Give a badge"], head("Hold the badge")),
      out: part(["Alex", "Lock out"], QUESTION),
      add: part(["Add person"], ".role"),
      "add-pin": part(["Add person", write("Name", "Max"), "Next"], PAD),
    },
  }),
  room("record", "Open record", ".rows .row", {
    home: "home",
    parts: {
      filter: part(["Change"], ".choice"),
      row: part(["Row 1247"], head("Row 1247")),
      export: part(["Export"], ".half .choice"),
    },
  }),
  room("settings", "Open settings", ".rows .row", {
    home: "list",
    looks: { empty: ALWAYS_SOME },
    parts: {
      one: part(["Change Walk test every"], ".half .card"),
      "one-text": part(["Change Name of the site"], ".half .card"),
      "one-shifts": part(["Change Shifts"], ".half .card"),
      save: part(
        ["Change Name of the site", write("Name of the site", "Press 5"), "Back", "Save 1 change"],
        QUESTION,
      ),
    },
  }),
  room("backup", "Open backups", ".card b", {
    home: "home",
    looks: { empty: { answers: "empty", wants: ".card" } },
    parts: {
      daily: part(["Change"], head("Daily backup")),
      seen: part(["Kept from before"], head("What would change")),
    },
  }),
  room("network", "Open network", ".card", {
    looks: { empty: { answers: "empty", wants: ".card" } },
    parts: {
      install: part(["Install another one"], ".installing"),
      own: part(["Back to the box’s own"], QUESTION),
    },
  }),
  room("integrations", "Open integrations", ".integrations .card", {
    looks: { empty: { answers: "empty", wants: ".integrations .card" } },
  }),
  room("storage", "Open storage", ".rows .row", {
    home: "home",
    parts: {
      clip: part([/^Person in Cell/], ".clip"),
      "clip-loading": answered([there(".rows .row"), /^Person in Cell/], "late"),
      "clip-error": answered([there(".rows .row"), /^Person in Cell/], "error"),
      export: part([/^Person in Cell/, "Export"], head("Export this clip")),
      delete: part([/^Person in Cell/, "Delete"], head("Delete this clip?")),
    },
  }),
  room("versions", "Open versions", ".rows .row", {
    home: "home",
    parts: {
      version: part(["Version 59"], ".changes"),
      revert: part(["Version 59", "Put in force"], QUESTION),
      "version-error": answered([there(".rows .row"), "Version 59"], "error"),
      draft: part(["Draft"], ".changes"),
      "draft-error": answered([there(".rows .row"), "Draft"], "error"),
      "publish-draft": part(["Draft", "Publish"], QUESTION),
      "discard-draft": part(["Draft", "Throw away"], QUESTION),
    },
  }),
  room("system", "Open system", ".figures", {
    home: "figures",
    parts: {
      log: part(["Log"], ".logLines li"),
      "log-empty": answered(["Log"], "empty", NOTHING),
      "log-error": answered(["Log"], "error", GONE),
      about: part(["About"], ".halves .card"),
      "about-error": answered(["About"], "error", GONE),
    },
  }),
  room("size", "Set its size", ".ruler", {
    looks: {
      empty: never("It asks the box for nothing"),
      ...{ loading: never("It asks the box for nothing"), error: never("It asks the box for nothing") },
    },
  }),
];

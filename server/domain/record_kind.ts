/** The kinds of rows that people ask the record for, and the actions that belong to each. */

/** An action that ends with a full stop stands for all that begin with it. */
export const RECORD_KINDS = {
  commands: ["command."],
  outputs: ["output.", "guardian.", "cycle.", "board."],
  alarms: ["alarm."],
  zones: ["zone.", "bypass."],
  settings: ["config.", "user.", "camera.", "model.", "detector."],
  tests: ["output-test.", "walk-test."],
  access: ["access.", "request.", "panel."],
  box: ["box.", "clock.", "record.", "evidence.", "backup."],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type RecordKind = keyof typeof RECORD_KINDS;

export const isRecordKind = (text: string): text is RecordKind => Object.hasOwn(RECORD_KINDS, text);

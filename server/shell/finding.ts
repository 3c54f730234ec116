/** What a check of the box finds. */

export interface Finding {
  /** `FAIL` makes the doctor's exit code 1; `note` is worth knowing. */
  readonly mark: "ok" | "FAIL" | "note";
  readonly about: string;
  /** One sentence; of a failing one with the cure. */
  readonly text: string;
}

export const ok = (about: string, text: string): Finding => ({ mark: "ok", about, text });
export const fail = (about: string, text: string): Finding => ({ mark: "FAIL", about, text });
export const note = (about: string, text: string): Finding => ({ mark: "note", about, text });

/**
 * What is wrong with an edited configuration, in the words of whoever sent the edit: their own members as they sent
 * them, everything else by its name. The places in a file are nothing that a person at the panel knows.
 */
import type { ConfigError } from "./config.ts";

const THINGS = { cameras: "camera", zones: "zone", boards: "board", outputs: "output" } as const;
type Section = keyof typeof THINGS;
type Lists = Readonly<Record<Section, readonly Readonly<Record<string, unknown>>[]>>;

/** The place of what was sent. */
interface Own {
  readonly section: Section;
  readonly index: number;
}

/** A place as errors of a file name it, with the member that follows it. */
const PLACE = /\b(cameras|zones|boards|outputs)\[(\d+)\](?:\.([\w.[\]]+))?/g;

/** @param file what was held against the rules */
export function editErrors(errors: readonly ConfigError[], file: Lists, own: Own): readonly ConfigError[] {
  return errors.map(({ path, message }) => ({
    path: named(path, file, own),
    message: named(message, file, own).replace(/ of this file\b/, ""),
  }));
}

function named(text: string, file: Lists, own: Own): string {
  return text.replace(PLACE, (_all, section: Section, digits: string, member?: string) => {
    const index = Number(digits);
    if (section === own.section && index === own.index) return member ?? `this ${THINGS[section]}`;
    const item = file[section][index];
    const thing = `${THINGS[section]} "${String(item?.name ?? item?.id ?? digits)}"`;
    return member === undefined ? thing : `${member} of ${thing}`;
  });
}

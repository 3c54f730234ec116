/** Prints what a table of the screen has to translate: `node test/languages/keys.ts`, or what `de` still lacks. */
import { boxKeys } from "./box_texts.ts";
import { tableOf } from "./table.ts";
import { screenKeys } from "./texts.ts";

const [, , language] = process.argv;
const known = language === undefined ? {} : tableOf(language);
const lacking = [...screenKeys().keys(), ...boxKeys().keys()].filter((key) => !Object.hasOwn(known, key));
process.stdout.write(`${JSON.stringify(lacking, null, 1)}\n`);

/**
 * The screen's first step: learns the panel's language, and only then loads what speaks. What the box says is heard in
 * it from a moment later on: the first picture does not wait for that.
 */
import { hear } from "./heard.ts";
import { chosenLanguage, sentencesOf, tableOf } from "./language.ts";
import { speak } from "./say.ts";

const language = chosenLanguage();
speak(language, await tableOf(language));
document.documentElement.lang = language;
await import("./screen.tsx");
hear(await sentencesOf(language));

/** The screen's first step: learns the panel's language, and only then loads what speaks. */
import { chosenLanguage, tableOf } from "./language.ts";
import { speak } from "./say.ts";

const language = chosenLanguage();
speak(language, await tableOf(language));
document.documentElement.lang = language;
await import("./screen.tsx");

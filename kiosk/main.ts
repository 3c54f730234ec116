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
// A panel on the network asks who is there before it shows anything.
const { askFarSession } = await import("./far/session.ts");
const { needed, person } = await askFarSession();
if (needed && person === undefined) {
  // Its page is drawn once, and wrong PINs are told on it.
  hear(await sentencesOf(language));
  await import("./far/SignIn.tsx");
} else {
  await import("./screen.tsx");
  hear(await sentencesOf(language));
}

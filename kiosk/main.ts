/**
 * The screen's first step: learns the panel's language, and only then loads what speaks. What the box says is heard in
 * it from a moment later on: the first picture does not wait for that, nor for letters.
 */
import { bringHan, keepHan } from "./han.ts";
import { hearMore } from "./heard.ts";
import { chosenLanguage, sentencesOf, tableOf } from "./language.ts";
import { laterWords } from "./later_words.ts";
import { speak } from "./say.ts";

const language = chosenLanguage();
const table = await tableOf(language);
speak(language, table);
document.documentElement.lang = language;
void bringHan(language);
// A panel on the network asks who is there before it shows anything.
const { askFarSession } = await import("./far/session.ts");
const { needed, person } = await askFarSession();
const sentences = sentencesOf(language);
if (needed && person === undefined) {
  // Its page is drawn once, and wrong PINs are told on it.
  hearMore(await sentences, laterWords);
  await import("./far/SignIn.tsx");
} else {
  await import("./screen.tsx");
  hearMore(await sentences, laterWords);
}
const texts = [table, await sentences].flatMap((each) => Object.values(each));
await keepHan(language, texts).catch(() => undefined); // letters that cannot be had stay boxes

/** The languages of the screen, each by its own name. */
import { chosenLanguage, LANGUAGES, type Language } from "../language.ts";
import { Head } from "../parts/Head.tsx";
import { chooseAndGoOn } from "./place.ts";
import { FIRST_START, STEPS } from "./words.ts";

const ALL = Object.entries(LANGUAGES) as readonly (readonly [tag: Language, name: string])[];

export function Languages(props: { readonly onBack: () => void }) {
  return (
    <div class="setup">
      <Head title={STEPS.language.name} back={FIRST_START.back} onBack={props.onBack} />
      <div class="languages scrolls">
        {ALL.map(([tag, name]) => (
          <button
            key={tag}
            type="button"
            lang={tag}
            aria-pressed={tag === chosenLanguage()}
            onClick={() => chooseAndGoOn(tag)}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

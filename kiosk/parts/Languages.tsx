/** The languages of the screen, each by its own name. They need no PIN: whoever stands there has to be able to read it. */
import { LANGUAGES, type Language, spoken } from "../language.ts";

const ALL = Object.entries(LANGUAGES) as readonly (readonly [tag: Language, name: string])[];

export function Languages(props: { readonly onChoose: (tag: Language) => void }) {
  return (
    <div class="languages">
      {ALL.map(([tag, name]) => (
        <button
          key={tag}
          type="button"
          lang={tag}
          aria-pressed={tag === spoken()}
          onClick={() => props.onChoose(tag)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

/** Which language this panel speaks. It needs no PIN: whoever stands there has to be able to read it. */
import { chooseLanguage, LANGUAGES, type Language, spoken } from "../language.ts";
import { asking } from "../state.ts";
import { LANGUAGE } from "../words.ts";
import { Head } from "./Head.tsx";
import "../style/setup.css";

export function Languages() {
  return (
    <div class="setup">
      <Head
        title={LANGUAGE.open}
        onBack={() => {
          asking.value = undefined;
        }}
      />
      <h3 class="question">{LANGUAGE.how}</h3>
      <div class="ways languages">
        {(Object.entries(LANGUAGES) as readonly [Language, string][]).map(([tag, name]) => (
          <button
            key={tag}
            type="button"
            lang={tag}
            aria-label={name}
            class={tag === spoken() ? "primary" : ""}
            aria-pressed={tag === spoken()}
            onClick={() => chooseLanguage(tag)}
          >
            <b>{name}</b>
          </button>
        ))}
      </div>
    </div>
  );
}

/** The system's pages of Maintenance: figures of the machine, the log, and what this box is. */
import type { View } from "../../server/domain/view.ts";
import { Head } from "../parts/Head.tsx";
import { room } from "../state.ts";
import { AboutPage } from "./About.tsx";
import { Figures } from "./Figures.tsx";
import { Log } from "./Log.tsx";
import { type Place, place } from "./place.ts";
import { SYSTEM } from "./words.ts";
import "../style/setup.css";
import "../style/system.css";

const PLACES: readonly Place[] = ["figures", "log", "about"];

export function System(props: { readonly view: View }) {
  return (
    <div class="setup system">
      <Head
        title={SYSTEM.title}
        onBack={() => {
          room.value = "workshop";
        }}
      >
        {PLACES.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === place.value}
            onClick={() => {
              place.value = each;
            }}
          >
            {SYSTEM.places[each]}
          </button>
        ))}
      </Head>
      <Here view={props.view} />
    </div>
  );
}

function Here(props: { readonly view: View }) {
  const { site, cameras } = props.view;
  switch (place.value) {
    case "figures":
      return (
        <Figures timezone={site.timezone} cameras={new Map(cameras.map(({ id, name }) => [id, name]))} />
      );
    case "log":
      return <Log timezone={site.timezone} />;
    case "about":
      return <AboutPage />;
  }
}

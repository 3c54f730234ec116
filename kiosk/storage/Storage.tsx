/** The pages of clips and of the disk: what is kept, one clip played, taken along or deleted. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { ClipPlayer } from "../parts/ClipPlayer.tsx";
import { Written } from "../parts/Written.tsx";
import { may } from "../people/may.ts";
import { type ListedClip, PAGE, readClips, readStorage, type StorageAnswer } from "./calls.ts";
import { DeletePage, ExportPage } from "./Deeds.tsx";
import { Home } from "./Home.tsx";
import { filter, place, toHome } from "./place.ts";
import { STORAGE } from "./words.ts";
import "../style/setup.css";
import "../style/outputs.css";
import "../style/clip.css";

/** What was read of the box; undefined until it has answered. */
export interface Known {
  readonly clips: readonly ListedClip[] | undefined;
  readonly more: boolean;
  readonly storage: StorageAnswer | undefined;
  readonly problems: readonly string[];
}

export interface PageProps {
  readonly view: View;
  readonly known: Known;
  readonly onEarlier: () => void;
  readonly onAgain: () => void;
}

const NOTHING: Known = { clips: undefined, more: false, storage: undefined, problems: [] };

export function Storage(props: { readonly view: View }) {
  const known = useSignal(NOTHING);
  const asked = useSignal(0);
  const load = async (before?: string): Promise<void> => {
    const mine = ++asked.value;
    const clips = await readClips(filter.peek(), before);
    const storage = await readStorage();
    if (mine !== asked.peek()) return;
    const failed = [clips, storage].flatMap((each) => (each.kind === "failed" ? each.reasons : []));
    const { clips: shown = [] } = known.peek();
    known.value = {
      ...known.peek(),
      ...(clips.kind === "ok"
        ? {
            clips: before === undefined ? clips.value : [...shown, ...clips.value],
            more: clips.value.length === PAGE,
          }
        : {}),
      ...(storage.kind === "ok" ? { storage: storage.value } : {}),
      problems: [...new Set(failed)],
    };
  };
  const isHome = place.value.kind === "home";
  useEffect(() => {
    if (isHome) void load();
  }, [filter.value, isHome]);
  return (
    <Written>
      <Here
        view={props.view}
        known={known.value}
        onEarlier={() => void load(known.peek().clips?.at(-1)?.id)}
        onAgain={() => void load()}
      />
    </Written>
  );
}

function Here(props: PageProps) {
  const at = place.value;
  switch (at.kind) {
    case "home":
      return <Home {...props} />;
    case "clip":
      return (
        <ClipPlayer
          id={at.id}
          timezone={props.view.site.timezone}
          onBack={toHome}
          deeds={(isReady) => (
            <>
              {may("export") && (
                <button
                  type="button"
                  disabled={!isReady}
                  onClick={() => (place.value = { kind: "export", id: at.id })}
                >
                  {STORAGE.export}
                </button>
              )}
              {may("evidence.delete") && (
                <button
                  type="button"
                  disabled={!isReady}
                  onClick={() => (place.value = { kind: "delete", id: at.id })}
                >
                  {STORAGE.delete}
                </button>
              )}
            </>
          )}
        />
      );
    case "export":
      return <ExportPage id={at.id} />;
    case "delete":
      return <DeletePage id={at.id} />;
  }
}

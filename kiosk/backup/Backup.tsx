/** The pages of backups: the newest one, where the daily ones go, and how one comes back. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { View } from "../../server/domain/view.ts";
import { Asked } from "../parts/Asked.tsx";
import { Head } from "../parts/Head.tsx";
import { Written } from "../parts/Written.tsx";
import { type BackupAnswer, readBackup } from "./calls.ts";
import { Daily } from "./Daily.tsx";
import { Home } from "./Home.tsx";
import { place, toWorkshop } from "./place.ts";
import { Seen } from "./Seen.tsx";
import { BACKUP } from "./words.ts";
import "../style/setup.css";
import "../style/outputs.css";
import "../style/record.css";

export interface PageProps {
  readonly timezone: string;
  readonly known: BackupAnswer;
  readonly problems: readonly string[];
  readonly onProblems: (problems: readonly string[]) => void;
  readonly onKnown: (answer: BackupAnswer) => void;
  readonly load: () => Promise<void>;
}

const EVERY_MS = 5_000;

export function Backup(props: { readonly view: View }) {
  const known = useSignal<BackupAnswer | undefined>(undefined);
  /** Why the last thing that was asked for was not done, and why the box did not tell: that goes by itself. */
  const problems = useSignal<readonly string[]>([]);
  const unread = useSignal<readonly string[]>([]);
  const load = async (): Promise<void> => {
    const outcome = await readBackup();
    if (outcome.kind === "ok") known.value = outcome.value;
    unread.value = outcome.kind === "failed" ? outcome.reasons : [];
  };
  useEffect(() => {
    void load();
    const timer = setInterval(() => void load(), EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  if (known.value === undefined)
    return (
      <div class="setup">
        <Head title={BACKUP.title} onBack={toWorkshop} />
        <Asked waiting={BACKUP.waiting} problems={unread.value} onAgain={() => void load()} />
      </div>
    );
  const page: PageProps = {
    timezone: props.view.site.timezone,
    known: known.value,
    problems: [...new Set([...problems.value, ...unread.value])],
    onProblems: (reasons) => {
      problems.value = reasons;
    },
    onKnown: (answer) => {
      known.value = answer;
    },
    load,
  };
  return (
    <Written>
      <Here {...page} />
    </Written>
  );
}

function Here(props: PageProps) {
  const { seen } = props.known;
  if (place.value === "daily") return <Daily {...props} />;
  return place.value === "seen" && seen ? <Seen {...props} seen={seen} /> : <Home {...props} />;
}

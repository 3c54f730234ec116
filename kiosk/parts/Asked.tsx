/** In the place of what the box has not told: that it is being asked, or why it cannot tell and the way to ask again. */
import { LOST } from "../words.ts";

export function Asked(props: {
  /** What is being waited for. */
  readonly waiting: string;
  /** Why it is missing. */
  readonly problems: readonly string[];
  readonly onAgain: () => void;
}) {
  const { waiting, problems, onAgain } = props;
  if (problems.length === 0)
    return (
      <div class="nothing asked" role="status">
        <p>{waiting}</p>
      </div>
    );
  return (
    <div class="nothing asked" role="alert">
      <div>
        {problems.map((problem) => (
          <strong key={problem} class="bad">
            {problem}
          </strong>
        ))}
      </div>
      <button type="button" onClick={onAgain}>
        {LOST.again}
      </button>
    </div>
  );
}

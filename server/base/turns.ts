/** Does the work unless it is being done: undefined where somebody else has begun it. */
export function oneAtATime<T>(work: () => Promise<T>): () => Promise<T | undefined> {
  let busy = false;
  return async () => {
    if (busy) return undefined;
    busy = true;
    try {
      return await work();
    } finally {
      busy = false;
    }
  };
}

/** One line that nobody should see on the screen: from the terminal, or from a pipe. */
const MAX = 64;
const ENTER = /[\r\n]/;
const INTERRUPT = "\u0003";
const RUBOUT = "\u007f";

async function piped(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    text += String(chunk);
    if (ENTER.test(text) || text.length > MAX) break;
  }
  return text.split(ENTER, 1)[0] ?? "";
}

async function typed(question: string): Promise<string> {
  process.stderr.write(question);
  process.stdin.setRawMode(true).setEncoding("utf8");
  let text = "";
  try {
    for await (const chunk of process.stdin)
      for (const key of String(chunk)) {
        if (key === INTERRUPT) throw new Error("Nothing was changed: it was ended");
        if (ENTER.test(key)) return text;
        text = key === RUBOUT ? text.slice(0, -1) : (text + key).slice(0, MAX);
      }
    return text;
  } finally {
    process.stdin.setRawMode(false);
    process.stderr.write("\n");
  }
}

/** What was typed or piped in, without its line's end; at most 64 characters. */
export async function readSecret(question: string): Promise<string> {
  const text = process.stdin.isTTY ? await typed(question) : await piped();
  return text.slice(0, MAX);
}

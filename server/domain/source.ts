/**
 * A camera's address as it may be stored and shown: without anything that might be a credential. What is not known
 * to be harmless is hidden, because every maker has its own words for user and password.
 */

const ADDRESS = /^\s*([a-z][a-z0-9+.-]*:[/\\]*)([^/\\?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/is;
const HARMLESS =
  /^(?:camera|channel|codec|compression|fps|height|profile|proto|quality|rate|resolution|stream|subtype|transportmode|unicast|videocodec|width)=[\w.,-]{0,24}$/i;

/** `name=***`, or `***` for what has no name. */
function hidden(part: string): string {
  if (part === "" || HARMLESS.test(part)) return part;
  const end = part.indexOf("=");
  if (end === part.length - 1) return part;
  return `${part.slice(0, end + 1)}***`;
}

function hiddenQuery(query: string): string {
  return `?${query.slice(1).split("&").map(hidden).join("&")}`;
}

/** Some makers put user and password into the path: /user=admin&password=secret&channel=1. */
function hiddenPath(path: string): string {
  const [first = "", ...others] = path.split("&");
  const start = first.includes("=") ? first.lastIndexOf("/", first.indexOf("=")) + 1 : first.length;
  return [first.slice(0, start) + hidden(first.slice(start)), ...others.map(hidden)].join("&");
}

/** The address with *** for each credential; the same text where it holds none. Still an address. */
export function redactSource(source: string): string {
  if (/^(?:file:|\/dev\/)/.test(source)) return source;
  const parts = ADDRESS.exec(source);
  if (parts === null) return "***";
  const [, scheme = "", authority = "", path = "", query, fragment] = parts;
  // A password with a slash ends the authority too early: then its first half stands where the host should.
  if (`${path}${query ?? ""}${fragment ?? ""}`.includes("@")) return `${scheme}***@***`;
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const shown = [
    scheme,
    host === authority ? host : `***@${host}`,
    hiddenPath(path),
    query === undefined ? "" : hiddenQuery(query),
    fragment === undefined ? "" : "#***",
  ].join("");
  return shown === source.trimStart() ? source : shown;
}

/** Words that claim safety, in every language of the screen, and the sentences that may hold them because they deny it. */

const CLAIMS: Readonly<Record<string, RegExp>> = {
  en: /(?<!\p{L})(?:fail-?\s?safe|safe|safely|safety|protect\p{L}*|guarantee\p{L}*|secur\p{L}*|e-?stops?)(?!\p{L})/iu,
  de: /sicher(?!ung|ungs)|schutz|schütz|garanti|gewährleist|gefahrlos|not-?halt|not-?aus/iu,
  es: /segur[oa]s?(?!\p{L})|seguridad|proteg|protec|garant|sin peligro/iu,
  fr: /sécuri|(?<!\p{L})sûre?s?(?!\p{L})|sûreté|protég|protec|garanti|sans danger/iu,
  pl: /bezpiecz|ochron|chroni|gwarant|niezawodn/iu,
  zh: /安全|保护|保障|保证|防护/u,
  ja: /安全|保護|保証|防護/u,
};

/** English sentences that say what the box is not: their translations need the same words. */
const DENIALS =
  /not a safety device|no safety rating|must not replace guards|no performance, integrity or type rating/i;

/** What a translation claims, if it does. */
export function claimOf(language: string, key: string, translation: string): string | undefined {
  return DENIALS.test(key) ? undefined : CLAIMS[language]?.exec(translation)?.[0];
}

/** Every text of a panel on the network: who signs in, and until when. */
import { t } from "../say.ts";

export const FAR = {
  who: t("Who is at this panel?"),
  why: t("This panel is on the network. It shows nothing before somebody signs in."),
  signIn: t("Sign in"),
  signedIn: (name: string, time: string) =>
    t("{name} is signed in at this panel until {time}.", { name, time }),
  means: t("What is done here stands in the record under this name. Reset asks for a PIN every time."),
  signOut: t("Sign out"),
} as const;

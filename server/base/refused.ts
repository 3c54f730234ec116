/** Something outside the program would not do it: a full disk, a held database. Its sentence, with the cure, is for people. */
export class Refused extends Error {}

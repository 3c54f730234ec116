/** How long the passphrase of a backup must be: whoever has the file may try as many as they like. */
export const PASSPHRASE_LEAST = 12;
export const PASSPHRASE_MOST = 200;

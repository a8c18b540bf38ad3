/**
 * An archive that cannot be read. The message completes a sentence that begins with the archive's
 * name.
 */
export class BadArchive extends Error {}

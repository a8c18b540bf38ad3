/**
 * An archive that is not read. What is wrong with it completes a sentence that begins with its
 * name.
 */
export class BadArchive extends Error {}
